// SPDX-License-Identifier: MIT
// What a line of the server makes where, in rows.
#pragma once

#include "tests/unit/client/model_fixture.h"

struct line_row {
	const char *line;
	const char *in; // the target that shows it, "" for the server's own; NULL: none does
	enum line_kind kind;
	const char *text;
};

static inline size_t lines_count(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_targets; i++)
		n += m->targets[i]->log.count;
	return n;
}

// Each line adds one line there, and none elsewhere.
static inline void expect_lines(struct fixture *f, const struct line_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct line_row *row = &rows[i];
		size_t before = lines_count(f->m);
		say(f->m, row->line);
		if (lines_count(f->m) != before + (row->in ? 1 : 0))
			fail_msg("%s: %zu lines", row->line, lines_count(f->m) - before);
		if (!row->in)
			continue;
		struct target *t = target_find(f->m, span_of(row->in));
		if (!t || !t->log.count || last(t)->kind != row->kind ||
		    !span_eq(line_says(last(t)), span_of(row->text)))
			fail_msg("%s: not %d \"%s\" in %s", row->line, row->kind, row->text,
				 row->in);
	}
}
