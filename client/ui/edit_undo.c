// SPDX-License-Identifier: MIT
// Undo: each step holds what was replaced, so that doing it backwards gives redo.
#include "client/ui/edit_private.h"
#include "common/die.h"

#include <stdlib.h>

#define STEPS_MAX 200

struct edit_state {
	struct edit_state *next; // older
	size_t from;
	size_t len;   // bytes that are there now
	char *before; // what was there
	size_t before_len;
	size_t cursor; // before the step
};

static void state_free(struct edit_state *s)
{
	free(s->before);
	free(s);
}

static void states_free(struct edit_state **list)
{
	while (*list) {
		struct edit_state *s = *list;
		*list = s->next;
		state_free(s);
	}
}

void edit_forget_steps(struct edit *e)
{
	states_free(&e->undo);
	states_free(&e->redo);
}

static void bound(struct edit_state *list)
{
	for (int i = 1; list; list = list->next, i++) {
		if (i >= STEPS_MAX)
			states_free(&list->next);
	}
}

static void push(struct edit_state **list, struct edit *e, size_t from, size_t len,
		 size_t new_len)
{
	struct edit_state *s = xcalloc(1, sizeof(*s));
	*s = (struct edit_state){.next = *list,
				 .from = from,
				 .len = new_len,
				 .before_len = len,
				 .cursor = e->cursor};
	s->before = span_dup(span_from(e->text.at ? e->text.at + from : "", len));
	*list = s;
	bound(s);
}

void edit_change(struct edit *e, size_t from, size_t len, struct span with, bool joins)
{
	struct edit_state *last = e->undo;
	states_free(&e->redo);
	if (joins && last && len == 0 && last->from + last->len == from)
		last->len += with.len;
	else
		push(&e->undo, e, from, len, with.len);
	edit_splice(e, from, len, with);
}

static bool step(struct edit *e, struct edit_state **from, struct edit_state **to)
{
	struct edit_state *s = *from;
	if (!s)
		return false;
	*from = s->next;
	push(to, e, s->from, s->len, s->before_len);
	edit_splice(e, s->from, s->len, span_from(s->before, s->before_len));
	e->cursor = s->cursor <= e->text.len ? s->cursor : e->text.len;
	e->was_typing = e->was_kill = false;
	e->yanked = 0;
	e->column = -1;
	state_free(s);
	return true;
}

bool edit_undo(struct edit *e)
{
	return step(e, &e->undo, &e->redo);
}

bool edit_redo(struct edit *e)
{
	return step(e, &e->redo, &e->undo);
}
