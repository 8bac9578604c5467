// SPDX-License-Identifier: MIT
// Verbs of the command line as rows: the words, what is answered, and what is heard of it.
//
// An answer is written "CODE[+|=]: WORDS" (+: it changed something, =: it was so already),
// then a line of cells each row: a time in seconds from now, a yes or no as such. * and ? are
// globs in it, as of fnmatch(3); at NULL anything goes.
#pragma once

#include "tests/support/hub_fixture.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct verb_row {
	const char *words, *said;
	const char *heard;  // the next line of who listens; "": none; NULL: whatever
	const char *secret; // its stdin; NULL: none
};
#define SAYS(verb, answer)                                                                     \
	{                                                                                      \
		.words = verb, .said = answer                                                  \
	}
#define HEARD(verb, answer, line)                                                              \
	{                                                                                      \
		.words = verb, .said = answer, .heard = line                                   \
	}
#define GIVEN(verb, answer, line, given)                                                       \
	{                                                                                      \
		.words = verb, .said = answer, .heard = line, .secret = given                  \
	}

static void verb_row_cell(const struct fixture *f, const struct cell *cell, struct buf *out)
{
	int64_t off_ms = cell->number - f->now.wall_ms;

	if (cell->kind == CELL_TEXT)
		buf_add_span(out, cell->text);
	else if (cell->kind == CELL_BOOL)
		buf_add_str(out, cell->number ? "yes" : "no");
	else if (cell->kind == CELL_NUMBER || !cell->number)
		buf_add_i64(out, cell->number);
	else
		buf_printf(out, "%llds",
			   (long long)(off_ms + (off_ms < 0 ? -500 : 500)) / 1000);
}

static void verb_row_text(const struct fixture *f, const struct admin_answer *a,
			  struct buf *out)
{
	static const char *const codes[] = {"done",     "failed",     "usage",  "not found",
					    "conflict", "denied",     "broken", "unreachable",
					    "partly",   "unconfirmed"};

	buf_printf(out, "%s%s: " SPAN_FMT, codes[a->code],
		   a->changed == ADMIN_LOOKED    ? ""
		   : a->changed == ADMIN_CHANGED ? "+"
						 : "=",
		   SPAN_ARG(a->words));
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		buf_add_char(out, i % a->n_columns ? '|' : '\n');
		verb_row_cell(f, &a->cells[i], out);
	}
}

// Plays them in their order, and says of each that went otherwise.
static void verb_rows_play(struct fixture *f, struct peer *listener,
			   const struct verb_row *rows, size_t n)
{
	bool is_other = false;

	for (size_t i = 0; i < n; i++) {
		struct admin_answer *a;
		struct buf text = {0};

		if (rows[i].heard)
			peer_skip(listener);
		a = fixture_verb(f, rows[i].words, rows[i].secret);
		verb_row_text(f, a, &text);
		if (rows[i].said && fnmatch(rows[i].said, buf_str(&text), 0) != 0) {
			print_error("%s\n  not %s\n  but %s\n", rows[i].words, rows[i].said,
				    buf_str(&text));
			is_other = true;
		}
		if (rows[i].heard && *rows[i].heard)
			expect(listener, rows[i].heard);
		else if (rows[i].heard)
			expect_none(listener);
		buf_clear(&text);
		admin_answer_free(a);
	}
	assert_false(is_other);
}

#define VERB_ROWS(f, listener, rows) verb_rows_play(f, listener, rows, ARRAY_LEN(rows))
