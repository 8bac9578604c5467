// SPDX-License-Identifier: MIT
// INVITELINK: invites for those who have no account yet, made by people in their clients. Who
// may is a setting; each has their own, and few.
#include "server/hub/commands/command.h"
#include "server/hub/commands/need.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/guest.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

#include "common/clock.h"
#include "common/wipe.h"

#include <sodium.h>

#define DAY_MS INT64_C(86400000)
#define USUAL_DAYS 7

static bool refuse(struct session *s, const char *words)
{
	fail(s, "INVITELINK", "DISALLOWED", SPAN("*"), words);
	return false;
}

static bool need_admin(struct session *s)
{
	return s->oper || refuse(s, "Only administrators make invites here");
}

// Without a room an invite brings its holder in, and nowhere else.
static bool need_right(struct session *s, struct room *r)
{
	enum invite_policy who = s->hub->config.invites;

	if (s->hub->config.registration == REGISTRATION_CLOSED || who == INVITES_BY_NOBODY)
		return refuse(s, "Nobody is invited here: administrators make accounts");
	if (who == INVITES_BY_ADMINS)
		return need_admin(s);
	if (r == NULL)
		return who == INVITES_BY_MEMBERS || s->oper ||
		       refuse(s, "An invite is for a room here: name one that you moderate");
	if (who == INVITES_BY_MEMBERS && !(r->flags & ROOM_INVITE_ONLY) && r->key[0] == '\0')
		return need_role(s, r, MEMBER_PLAIN);
	return need_role(s, r, MEMBER_MODERATOR);
}

static bool need_uses(struct session *s, struct span text, int64_t *uses)
{
	uint64_t n = 1;

	if (text.len && (!span_to_u64(text, &n) || n < 1 || n > INVITE_USES_MAX)) {
		fail(s, "INVITELINK", "INVALID_USES", text, "An invite has 1 to 100 uses");
		return false;
	}
	*uses = (int64_t)n;
	return true;
}

static bool need_expiry(struct session *s, struct span text, int64_t *expires_ms)
{
	int64_t now = s->hub->now.wall_ms;

	*expires_ms = now + USUAL_DAYS * DAY_MS;
	if (!text.len)
		return true;
	if (clock_parse(text, expires_ms) && *expires_ms > now &&
	    *expires_ms <= now + INVITE_DAYS_MAX * DAY_MS)
		return true;
	fail(s, "INVITELINK", "INVALID_TIME", text,
	     "The end is YYYY-MM-DDThh:mm:ss.sssZ, at most 30 days from now");
	return false;
}

static bool is_own(const struct session *s, const struct invite *i)
{
	return i && i->maker == s->account->id;
}

// What is over makes room for new ones: nobody fills the table by making and waiting.
static size_t count_own(struct session *s)
{
	struct hub *h = s->hub;
	size_t cursor = 0, n = 0;
	struct invite *i;

	while ((i = idmap_next(&h->invites, &cursor)))
		n += is_own(s, i) && invite_is_usable(h, i);
	return n;
}

static struct invite *over(struct session *s)
{
	size_t cursor = 0;
	struct invite *i;

	while ((i = idmap_next(&s->hub->invites, &cursor))) {
		if (is_own(s, i) && !invite_is_usable(s->hub, i))
			return i;
	}
	return NULL;
}

static bool need_place(struct session *s)
{
	struct invite *old;

	while ((old = over(s)))
		invite_delete(s->hub, old);
	if (count_own(s) < INVITES_PER_ACCOUNT && s->hub->invites.n_items < INVITES_MAX)
		return true;
	fail(s, "INVITELINK", "LIMIT_REACHED", SPAN("*"),
	     "You have as many open invites as one may: revoke one first");
	return false;
}

static void row_start(struct line *l, struct session *s, const char *verb,
		      const struct invite *i)
{
	const struct room *r = i->room ? room_by_id(s->hub, i->room) : NULL;
	char expires[CLOCK_TEXT_LEN + 1];

	line_start(l, s->hub, NULL, "INVITELINK");
	line_str(l, verb);
	line_number(l, i->id);
	line_str(l, r ? r->name : "*");
	line_number(l, i->uses_left);
	line_number(l, i->uses_max);
	clock_text(i->expires_ms, expires);
	line_str(l, expires);
}

static void note_down(struct session *s, const char *act, const struct invite *i)
{
	struct buf detail = {0};

	buf_add_i64(&detail, i->id);
	post_audit(s->hub, span_of(s->account->name), span_of(act), buf_span(&detail),
		   SPAN(""));
	buf_clear(&detail);
}

static void make(struct session *s, const struct room *r, const struct invite *terms)
{
	char token[SECRET_TEXT_LEN + 1], note[] = "";
	struct invite wanted = *terms;
	struct buf link = {0}, page = {0};
	const struct invite *i;
	struct line l;

	wanted.room = r ? r->stream.id : 0;
	wanted.maker = s->account->id;
	wanted.creator = s->account->name;
	wanted.note = note;
	i = invite_new(s->hub, &wanted, token);
	note_down(s, "invite create", i);
	invite_url(s->hub, span_of(r ? r->name : ""), token, &link);
	invite_page_url(s->hub, span_of(r ? r->name : ""), token, &page);
	sodium_memzero(token, sizeof(token));
	row_start(&l, s, "ADD", i);
	if (page.len)
		line_str(&l, buf_str(&link));
	line_text(&l, buf_span(page.len ? &page : &link));
	reply_end(&l, s);
	wipe_bytes(link.at, link.len);
	wipe_bytes(page.at, page.len);
	buf_clear(&link);
	buf_clear(&page);
}

static void add(struct session *s, const struct msg *m)
{
	struct span where = msg_param(m, 1);
	struct invite wanted = {0};
	struct room *r = NULL;

	if (!need_no_guest(s, "INVITELINK", where.len ? where : SPAN("*")))
		return;
	if (where.len && !span_eq(where, SPAN("*"))) {
		r = need_room(s, where);
		if (r == NULL)
			return;
	}
	if (!need_right(s, r) || !need_uses(s, msg_param(m, 2), &wanted.uses_max) ||
	    !need_expiry(s, msg_param(m, 3), &wanted.expires_ms) || !need_disk(s, "INVITELINK"))
		return;
	if (r && r->talk)
		fail(s, "INVITELINK", "INVALID_ROOM", where,
		     "A conversation takes nobody in by a link: RENAME makes a room of it");
	else if (need_place(s))
		make(s, r, &wanted);
}

static void list(struct session *s)
{
	size_t cursor = 0;
	const struct invite *i;
	struct line l;

	while ((i = idmap_next(&s->hub->invites, &cursor))) {
		if (!is_own(s, i) || !invite_is_usable(s->hub, i))
			continue;
		row_start(&l, s, "LIST", i);
		reply_end(&l, s);
	}
	line_start(&l, s->hub, NULL, "INVITELINK");
	line_str(&l, "LIST");
	line_str(&l, "*");
	reply_end(&l, s);
}

static void del(struct session *s, struct span which)
{
	struct invite *i = NULL;
	struct line l;
	uint64_t id;

	if (span_to_u64(which, &id))
		i = invite_by_id(s->hub, (int64_t)id);
	if (!is_own(s, i)) {
		fail(s, "INVITELINK", "NO_SUCH_INVITE", which.len ? which : SPAN("*"),
		     "You have no such invite: INVITELINK LIST shows them");
		return;
	}
	if (!need_disk_to_mend(s, "INVITELINK"))
		return;
	note_down(s, "invite revoke", i);
	line_start(&l, s->hub, NULL, "INVITELINK");
	line_str(&l, "DEL");
	line_number(&l, i->id);
	invite_delete(s->hub, i);
	reply_end(&l, s);
}

// INVITELINK ADD [#room|* [uses [until]]] | LIST | DEL number
void cmd_invitelink(struct session *s, const struct msg *m)
{
	struct span verb = m->params[0];

	if (span_eq_fold(verb, SPAN("ADD")))
		add(s, m);
	else if (span_eq_fold(verb, SPAN("LIST")))
		list(s);
	else if (span_eq_fold(verb, SPAN("DEL")))
		del(s, msg_param(m, 1));
	else
		fail(s, "INVITELINK", "INVALID_SUBCOMMAND", verb, "It is ADD, LIST or DEL");
}
