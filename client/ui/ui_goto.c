// SPDX-License-Identifier: MIT
// "Go to": rooms, conversations, the server, the inbox, people and commands by a few letters.
#include "client/model/complete.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "client/ui/ui_private.h"
#include "common/die.h"

#include <stdlib.h>

#define INBOX UINT64_MAX // in the place of a target's id
#define VISITED (INT64_MAX / 2)

struct ranked {
	int64_t score;
	struct target *target;
};

static int by_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return x->score < y->score ? 1 : x->score > y->score ? -1 : 0;
}

// The better one of both names of a person.
static int score_person(const struct person *p, struct span query)
{
	int name = fuzzy_score(query, span_of(p->name));
	int shown = p->display ? fuzzy_score(query, span_of(p->display)) : -1;
	return name > shown ? name : shown;
}

static int score_target(const struct model *m, const struct target *t, struct span query)
{
	const struct person *p = NULL;
	if (t->kind == TARGET_PERSON)
		p = person_find(m, span_of(t->name));
	int name = p ? score_person(p, query) : fuzzy_score(query, span_of(t->name));
	int also = t->kind == TARGET_SERVER ? fuzzy_score(query, SPAN("server")) : -1;
	return name > also ? name : also;
}

// Of what was typed; when that is nothing, where one was last comes first, and behind it where
// something was said last.
static int64_t rank(const struct model *m, const struct target *t, struct span query)
{
	int score = score_target(m, t, query);

	if (score >= 0 && query.len)
		return score + (t->mentions ? 40 : t->unread ? 20 : 0);
	if (query.len)
		return -1;
	if (t->shown_no)
		return VISITED + (int64_t)t->shown_no;
	if (t->kind == TARGET_SERVER)
		return 0;
	return t->log.count ? scrollback_at(&t->log, t->log.count - 1)->at_ms : 1;
}

// "Anna, 3 new": what the row's own text does not say.
static void add_detail(struct buf *out, const struct model *m, const struct target *t)
{
	const struct person *p = NULL;
	if (t->kind == TARGET_PERSON)
		p = person_find(m, span_of(t->name));
	if (p && p->display)
		buf_add_str(out, p->display);
	if (t->unread)
		buf_printf(out, "%s%u%s new", out->len ? ", " : "", t->unread,
			   target_lacks_unread(t) ? "+" : "");
}

static void fill_goto(struct ui *u, struct span query)
{
	struct model *m = u->m;
	struct ranked *list = xcalloc(m->n_targets, sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < m->n_targets; i++) {
		struct target *t = m->targets[i];
		int64_t score = rank(m, t, query);
		if (score < 0 || t == m->current)
			continue;
		list[n++] = (struct ranked){score, t};
	}
	if (n)
		qsort(list, n, sizeof(*list), by_score);
	for (size_t i = 0; i < n; i++) {
		struct buf detail = {0};
		add_detail(&detail, m, list[i].target);
		const struct target *t = list[i].target;
		bool is_server = t->kind == TARGET_SERVER;
		if (is_server)
			buf_add_str(&detail, t->name);
		menu_add(&u->view.menu, is_server ? SPAN("server") : span_of(t->name),
			 buf_span(&detail), t->id);
		buf_clear(&detail);
	}
	free(list);
}

static void add_person(struct ui *u, const struct person *p, struct span query)
{
	if (p != u->m->me && query.len && score_person(p, query) >= 0 &&
	    !target_find(u->m, span_of(p->name)))
		menu_add(&u->view.menu, span_of(p->name),
			 p->display ? span_of(p->display) : SPAN("new conversation"), 0);
}

static void fill_people(struct ui *u, struct span query)
{
	size_t cursor = 0;
	struct person *p;
	while ((p = map_next(&u->m->people, &cursor)) && u->view.menu.count < 200)
		add_person(u, p, query);
}

static void fill_commands(struct ui *u, struct span query)
{
	for (size_t i = 0; query.len && i < u->n_commands; i++) {
		struct buf text = {0};
		buf_printf(&text, "/%s", u->commands[i].name);
		if (fuzzy_score(query, buf_span(&text)) >= 0)
			menu_add(&u->view.menu, buf_span(&text), span_of(u->commands[i].help),
				 0);
		buf_clear(&text);
	}
}

static void fill_inbox(struct ui *u, struct span query)
{
	if (!query.len || fuzzy_score(query, SPAN("inbox")) >= 0)
		menu_add(&u->view.menu, SPAN("Inbox"), SPAN("what called for you"), INBOX);
}

void ui_fill_goto(struct ui *u, struct span query)
{
	fill_goto(u, query);
	fill_inbox(u, query);
	fill_people(u, query);
	fill_commands(u, query);
}

// To a target by its id, to a person by name; a command is put in, to be completed.
void ui_go_to(struct ui *u, const char *text, uint64_t id)
{
	if (text[0] == '/') {
		edit_set(&u->edit, span_of(text));
		edit_insert(&u->edit, SPAN(" "));
		return;
	}
	if (id == INBOX) {
		act_inbox(u);
		return;
	}
	struct target *t = id ? ui_target_by_id(u->m, id) : target_need(u->m, span_of(text));
	if (t)
		ui_show(u, t);
}
