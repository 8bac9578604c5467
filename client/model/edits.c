// SPDX-License-Identifier: MIT
// Edits: lines of their own in the log, so that no number is missing there, that are never
// drawn. Their message shows the text of the newest one.
//
// 1. An edit counts when it is by the account (or the name) that wrote the message.
// 2. Which of the two comes first does not matter: history brings old messages late.
#include "client/model/edits.h"
#include "client/model/model_private.h"
#include "client/model/extra.h"
#include "common/die.h"

#include <stdlib.h>

static bool is_same_author(const struct person *a, const struct person *b)
{
	if (a == b)
		return true;
	return a && b && a->account[0] && strcmp(a->account, b->account) == 0;
}

static bool is_edit_of(const struct log_line *edit, const struct log_line *l)
{
	return !(edit->flags & LINE_REDACTED) && span_eq(line_reply_to(edit), line_id(l)) &&
	       is_same_author(edit->from, l->from);
}

static bool is_newer(const struct log_line *a, const struct log_line *b)
{
	if (a->at_ms != b->at_ms)
		return a->at_ms > b->at_ms;
	return a->history == b->history && a->seq > b->seq;
}

static const struct log_line *newest_edit(const struct target *t, const struct log_line *l)
{
	const struct log_line *newest = NULL;
	for (size_t i = 0; i < t->n_edits; i++) {
		const struct log_line *edit = t->edits[i];
		if (is_edit_of(edit, l) && (!newest || !is_newer(newest, edit)))
			newest = edit;
	}
	return newest;
}

static struct log_line *message_of(const struct target *t, const struct log_line *edit)
{
	return scrollback_find(&t->log, line_reply_to(edit));
}

void edits_settle(struct target *t, struct log_line *l)
{
	if (l->kind == LINE_EDIT)
		l = message_of(t, l);
	if (!l || !l->id_len || !line_is_speech(l) ||
	    (!t->n_edits && !(l->flags & LINE_EDITED)))
		return;
	bool is_gone = l->flags & LINE_REDACTED;
	line_set_edit(&t->log, l, is_gone ? NULL : newest_edit(t, l));
}

void edits_add(struct model *m, struct target *t, struct log_line *edit, struct span id)
{
	line_set_reply(&t->log, edit, id);
	t->edits = xreallocarray(t->edits, t->n_edits + 1, sizeof(struct log_line *));
	t->edits[t->n_edits++] = edit;
	edits_settle(t, edit);
	m->version++;
}

void edits_forget(struct target *t, struct log_line *l)
{
	if (l->kind != LINE_EDIT)
		return;
	size_t i = 0;
	while (i < t->n_edits && t->edits[i] != l)
		i++;
	if (i == t->n_edits)
		return;
	t->edits[i] = t->edits[--t->n_edits];
	// By who shows it, not by the id it names: a server may give one id to several lines.
	for (size_t k = 0; k < t->log.count; k++) {
		struct log_line *shown = scrollback_at(&t->log, k);
		if ((shown->flags & LINE_EDITED) && shown->extra->edit == l)
			line_set_edit(&t->log, shown, newest_edit(t, shown));
	}
}

static int oldest_first(const void *a, const void *b)
{
	const struct log_line *const *x = a, *const *y = b;
	return is_newer(*x, *y) ? 1 : is_newer(*y, *x) ? -1 : 0;
}

const struct log_line **edits_of(const struct target *t, const struct log_line *l,
				 size_t *count)
{
	const struct log_line **list = NULL;
	*count = 0;
	for (size_t i = 0; i < t->n_edits; i++) {
		if (!is_edit_of(t->edits[i], l))
			continue;
		list = xreallocarray(list, *count + 1, sizeof(struct log_line *));
		list[(*count)++] = t->edits[i];
	}
	if (list)
		qsort(list, *count, sizeof(struct log_line *), oldest_first);
	return list;
}
