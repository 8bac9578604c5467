// SPDX-License-Identifier: MIT
// TALK ann,bob: a conversation of a few people without making a room (talk.h).
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/talk.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

struct people {
	struct account *at[TALK_MAX + 1]; // the first is who asks; one more than there may be
	size_t n;
};

static bool has(const struct people *p, const struct account *a)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->at[i] == a)
			return true;
	}
	return false;
}

// Whoever is named again, or asks, is one.
static bool take_people(struct session *s, struct span names, struct people *p)
{
	p->at[p->n++] = s->account;
	while (names.len > 0 && p->n <= TALK_MAX) {
		struct account *a = need_account(s, span_cut(&names, ','));

		if (a == NULL)
			return false;
		if (!has(p, a))
			p->at[p->n++] = a;
	}
	if (p->n > TALK_MAX)
		fail(s, "TALK", "TOO_MANY_PEOPLE", (struct span){0},
		     "A conversation has nine people, and you are one: make a room for more");
	else if (p->n < TALK_MIN)
		fail(s, "TALK", "TOO_FEW_PEOPLE", (struct span){0},
		     "Name two others or more: to one person one writes without it");
	else
		return true;
	return false;
}

// All can be in one more room, which is no guest's.
static bool need_all_able(struct session *s, const struct people *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct span name = span_of(p->at[i]->name);

		if (account_is_guest(p->at[i]))
			fail(s, "TALK", "GUEST", name, "A guest is in no other room");
		else if (p->at[i]->n_members >= ROOMS_PER_ACCOUNT)
			fail(s, "TALK", "TOO_MANY_ROOMS", name, "Is in too many rooms already");
		else
			continue;
		return false;
	}
	return true;
}

static void opened(struct session *s, const struct room *r, bool is_new)
{
	note(s, "TALK", "TALK_OPENED", span_of(r->name),
	     is_new ? "A conversation was begun: all are in it"
		    : "The conversation of these people");
}

void cmd_talk(struct session *s, const struct msg *m)
{
	struct people p = {.n = 0};
	struct room *r;

	if (!need_no_guest(s, "TALK", (struct span){0}) || !need_disk(s, "TALK") ||
	    !take_people(s, m->params[0], &p))
		return;
	r = talk_find(p.at, p.n);
	if (r != NULL)
		opened(s, r, false);
	else if (need_all_able(s, &p) && need_new_room(s, SPAN("*")))
		opened(s, talk_new(p.at, p.n), true);
}
