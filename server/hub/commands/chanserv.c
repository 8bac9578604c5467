// SPDX-License-Identifier: MIT
// ChanServ: each verb is a command that its user could have sent; those that only tell
// something see no more than the user does.
#include "common/clock.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/room.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/commands/need.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"
#include "server/hub/commands/services.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/telling.h"

#include <stdlib.h>

#define CHANSERV "ChanServ"

static void change(struct session *s, const struct service_call *c, const char *mode)
{
	struct span who = service_word(c, 2);
	struct span params[] = {c->words[1], span_of(mode), who};

	if (!who.len)
		params[2] = span_of(s->account->name);
	service_command(s, "MODE", params, 3);
}

void chanserv_op(struct session *s, const struct service_call *c)
{
	change(s, c, "+o");
}

void chanserv_deop(struct session *s, const struct service_call *c)
{
	change(s, c, "-o");
}

void chanserv_voice(struct session *s, const struct service_call *c)
{
	change(s, c, "+v");
}

void chanserv_devoice(struct session *s, const struct service_call *c)
{
	change(s, c, "-v");
}

void chanserv_set(struct session *s, const struct service_call *c)
{
	static const char *const words[][2] = {
		{"everyone", "+A-N"}, {"moderators", "-A-N"}, {"nobody", "-A+N"}};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (span_eq_fold(c->words[2], SPAN("MENTION-ALL")) &&
		    span_eq_fold(c->words[3], span_of(words[i][0]))) {
			service_command(s, "MODE",
					(struct span[]){c->words[1], span_of(words[i][1])}, 2);
			return;
		}
	}
	service_say(s, CHANSERV, "Usage: SET #ROOM MENTION-ALL everyone|moderators|nobody");
}

static void change_ban(struct session *s, const struct service_call *c, const char *mode)
{
	struct buf mask = {0};

	buf_add_str(&mask, "~a:");
	buf_add_span(&mask, c->words[2]);
	service_command(s, "MODE", (struct span[]){c->words[1], span_of(mode), buf_span(&mask)},
			3);
	buf_clear(&mask);
}

void chanserv_ban(struct session *s, const struct service_call *c)
{
	change_ban(s, c, "+b");
}

void chanserv_unban(struct session *s, const struct service_call *c)
{
	change_ban(s, c, "-b");
}

void chanserv_kick(struct session *s, const struct service_call *c)
{
	service_command(s, "KICK", &c->words[1], 2);
}

void chanserv_invite(struct session *s, const struct service_call *c)
{
	service_command(s, "INVITE", (struct span[]){c->words[2], c->words[1]}, 2);
}

void chanserv_topic(struct session *s, const struct service_call *c)
{
	service_command(s, "TOPIC", (struct span[]){c->words[1], c->text}, 2);
}

static struct room *known_room(struct session *s, struct span name)
{
	struct room *r = room_find(s->hub, name);

	if (r && !room_is_hidden(r, s))
		return r;
	service_say(s, CHANSERV, "There is no room " SPAN_FMT, SPAN_ARG(name));
	return NULL;
}

void chanserv_talk(struct session *s, const struct service_call *c)
{
	struct buf names = {0};

	for (size_t i = 1; i < c->n_words; i++) {
		if (i > 1)
			buf_add_char(&names, ',');
		buf_add_span(&names, c->words[i]);
	}
	service_command(s, "TALK", (struct span[]){buf_span(&names)}, 1);
	buf_clear(&names);
}

static bool has_founder(const struct room *r)
{
	for (size_t i = 0; i < r->n_members; i++) {
		if (r->members[i]->role >= MEMBER_FOUNDER)
			return true;
	}
	return false;
}

// Who founded the room sets them; where nobody did, who moderates it.
void chanserv_rules(struct session *s, const struct service_call *c)
{
	struct room *r = known_room(s, c->words[1]);
	struct span text = span_eq(c->text, SPAN("-")) ? SPAN("") : c->text;

	if (!r)
		return;
	if (c->n_words == 2) {
		rules_say(s, r);
		return;
	}
	if (!need_role(s, r, has_founder(r) ? MEMBER_FOUNDER : MEMBER_MODERATOR) ||
	    !need_disk(s, "RULES") || !need_text(s, "RULES", text, TOPIC_MAX))
		return;
	rules_set(r, text);
	service_say(s, CHANSERV, "%s %s", r->name,
		    text.len ? "has new rules: whoever has not seen them is shown them"
			     : "has no rules any more");
}

// The roles in a room, while they are told.
struct roles {
	struct telling t;
	struct walk walk;
	enum member_role least;
	char *end; // said behind them; NULL: nothing
};

static bool next_role(struct telling *t)
{
	struct roles *r = container_of(t, struct roles, t);
	const struct member *m = walk_next(&r->walk);

	if (!m && r->end)
		service_say(t->s, CHANSERV, "%s", r->end);
	telling_looked(t->s, 1);
	if (m && m->role >= r->least)
		service_say(t->s, CHANSERV, "%s %s", modes_role_word(m->role),
			    m->account->name);
	return m != NULL;
}

static void roles_free(struct telling *t)
{
	struct roles *r = container_of(t, struct roles, t);

	walk_end(&r->walk);
	free(r->end);
	free(r);
}

// Takes `end`.
static void say_roles(struct session *s, struct room *room, enum member_role least, char *end)
{
	struct roles *r = telling_new(sizeof(*r), next_role, roles_free);

	walk_start(&r->walk, room);
	r->least = least;
	r->end = end;
	telling_start(s, &r->t);
}

void chanserv_info(struct session *s, const struct service_call *c)
{
	struct room *r = known_room(s, c->words[1]);
	char made[CLOCK_TEXT_LEN + 1];

	if (!r)
		return;
	clock_text(r->created_ms, made);
	service_say(s, CHANSERV, "%s: %zu members, %zu of them here; made %s", r->name,
		    r->n_members, r->n_present, made);
	if (r->topic[0])
		service_say(s, CHANSERV, "topic: %s", r->topic);
	say_roles(s, r, MEMBER_FOUNDER, NULL);
}

static void list_access(struct session *s, const struct service_call *c)
{
	struct room *r = known_room(s, c->words[1]);
	struct buf end = {0};

	if (!r)
		return;
	if (!s->oper && !member_find(r, s->account)) {
		service_say(s, CHANSERV, "You are not in %s", r->name);
		return;
	}
	buf_printf(&end, "End of the roles in %s", r->name);
	say_roles(s, r, MEMBER_VOICE, buf_take(&end));
}

// As other networks call a moderator, too.
static const struct room_mode *rank_of(struct span word)
{
	return span_eq_fold(word, SPAN("op")) ? modes_of(MODE_RANK, MEMBER_MODERATOR)
					      : modes_of_word(word);
}

static void set_access(struct session *s, const struct service_call *c, char sign,
		       const struct room_mode *rank)
{
	struct span mode = span_from((char[]){sign, rank->letter}, 2);
	struct span params[] = {c->words[1], mode, c->words[3]};

	service_command(s, "MODE", params, 3);
}

// Of who has no rank, MODE says the rest.
static void take_access(struct session *s, const struct service_call *c)
{
	const struct room *r = known_room(s, c->words[1]);
	const struct account *a = account_known(s, c->words[3]);
	const struct member *m = r && a ? member_find(r, a) : NULL;

	if (!r)
		return;
	set_access(s, c, '-', modes_rank(m && m->role ? m->role : MEMBER_MODERATOR));
}

void chanserv_access(struct session *s, const struct service_call *c)
{
	struct span what = c->words[2];

	if (span_eq_fold(what, SPAN("LIST")))
		list_access(s, c);
	else if (span_eq_fold(what, SPAN("ADD")) && c->n_words > 4 && rank_of(c->words[4]))
		set_access(s, c, '+', rank_of(c->words[4]));
	else if (span_eq_fold(what, SPAN("DEL")) && c->n_words > 3)
		take_access(s, c);
	else
		service_say(s, CHANSERV,
			    "Usage: ACCESS #ROOM LIST | ADD NICK founder|moderator|voice | DEL "
			    "NICK");
}
