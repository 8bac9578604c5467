// SPDX-License-Identifier: MIT
#include "server/hub/rooms/invitations.h"

#include "common/clock.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/telling.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// The rooms that one is invited to, while they are told.
struct invitations {
	struct telling t;
	int64_t at; // the room that was looked at last
	void (*say)(struct session *s, const struct room *r, const struct ban *b);
	void (*end)(struct session *s);
};

static void say_row(struct session *s, const struct room *r, const struct ban *b UNUSED)
{
	struct line l;

	reply_start(&l, s, RPL_INVITELIST);
	line_str(&l, r->name);
	reply_end(&l, s);
}

static void say_end(struct session *s)
{
	reply(s, RPL_ENDOFINVITELIST);
}

static void say_invited(struct session *s, const struct room *r, const struct ban *b)
{
	char at[CLOCK_TEXT_LEN + 1];
	struct line l;

	clock_text(b->at_ms, at);
	line_start(&l, s->hub, NULL, "INVITED");
	line_str(&l, r->name);
	line_str(&l, b->by);
	line_str(&l, at);
	reply_end(&l, s);
}

static void say_invited_end(struct session *s)
{
	struct line l;

	line_start(&l, s->hub, NULL, "INVITED");
	line_str(&l, "*");
	reply_end(&l, s);
}

static bool next_invitation(struct telling *t)
{
	struct invitations *i = container_of(t, struct invitations, t);
	const struct ban *b;
	void *item;

	if (!telling_by_id(t, &t->s->hub->rooms, &i->at, &item)) {
		i->end(t->s);
		return false;
	}
	const struct room *r = item;
	if (r == NULL)
		return true;
	telling_looked(t->s, list_is_empty(&r->bans) ? 0 : BANS_PER_ROOM / 8);
	b = room_invitation(r, t->s->account);
	if (b != NULL)
		i->say(t->s, r, b);
	return true;
}

static void invitations_free(struct telling *t)
{
	free(container_of(t, struct invitations, t));
}

void invitations_say(struct session *s)
{
	struct invitations *i = telling_new(sizeof(*i), next_invitation, invitations_free);

	i->say = say_row;
	i->end = say_end;
	telling_start(s, &i->t);
}

void invitations_welcome(struct session *s)
{
	struct invitations *i;

	if (!session_has(s, CAP_INVITED))
		return;
	i = telling_new(sizeof(*i), next_invitation, invitations_free);
	i->say = say_invited;
	i->end = say_invited_end;
	telling_start(s, &i->t);
}
