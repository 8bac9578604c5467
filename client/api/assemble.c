// SPDX-License-Identifier: MIT
#include "client/api/assemble.h"

#include <stdlib.h>

#define TEXT_MAX (256 * 1024)

void assembly_clear(struct assembly *a)
{
	free(a->ref);
	free(a->tags);
	free(a->source);
	free(a->target);
	buf_clear(&a->text);
	*a = (struct assembly){0};
}

static void open_batch(struct assembly *a, const struct msg *m)
{
	assembly_clear(a);
	a->ref = span_dup(span_after(msg_param(m, 0), 1));
	a->tags = span_dup(m->tags);
	a->source = span_dup(m->source);
	a->target = span_dup(msg_param(m, 2));
}

static void add_line(struct assembly *a, const struct msg *m)
{
	struct span unused, text = msg_param(m, 1);

	a->is_notice = span_eq_fold(m->command, SPAN("NOTICE"));
	// With room for the line's end, too: of those alone a server may send any number.
	if (a->text.len + text.len >= TEXT_MAX)
		return;
	if (a->has_line && !msg_tag(m, SPAN("draft/multiline-concat"), &unused))
		buf_add_char(&a->text, '\n');
	a->has_line = true;
	buf_add_span(&a->text, text);
}

static const struct msg *whole(struct assembly *a)
{
	a->whole = (struct msg){
		.tags = span_of(a->tags),
		.source = span_of(a->source),
		.command = a->is_notice ? SPAN("NOTICE") : SPAN("PRIVMSG"),
		.params = {span_of(a->target), buf_span(&a->text)},
		.n_params = 2,
	};
	free(a->ref);
	a->ref = NULL;
	return &a->whole;
}

const struct msg *assembly_take(struct assembly *a, const struct msg *m)
{
	struct span ref = msg_param(m, 0), batch;
	bool is_batch = span_eq_fold(m->command, SPAN("BATCH")) && ref.len > 1;

	if (is_batch && ref.at[0] == '+' && span_eq(msg_param(m, 1), SPAN("draft/multiline"))) {
		open_batch(a, m);
		return NULL;
	}
	if (!a->ref)
		return m;
	if (is_batch && ref.at[0] == '-' && span_eq(span_after(ref, 1), span_of(a->ref)))
		return whole(a);
	if (!msg_tag(m, SPAN("batch"), &batch) || !span_eq(batch, span_of(a->ref)))
		return m;
	add_line(a, m);
	return NULL;
}
