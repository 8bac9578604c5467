// SPDX-License-Identifier: MIT
// The burst after login (ircdocs/modern-irc, connection registration), up to the MOTD.
#include "server/hub/door/welcome.h"

#include "common/clock.h"
#include "server/hub/door/isupport.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/room.h"
#include "server/hub/wire/reply.h"

void motd_say(struct session *s)
{
	struct span rest = s->hub->config.motd;

	if (rest.len == 0) {
		reply(s, ERR_NOMOTD);
		return;
	}
	replyf(s, RPL_MOTDSTART, "- " SPAN_FMT " Message of the day -",
	       SPAN_ARG(s->hub->config.name));
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');

		replyf(s, RPL_MOTD, "- " SPAN_FMT, SPAN_ARG(line));
	}
	reply(s, RPL_ENDOFMOTD);
}

static void count_line(struct session *s, enum numeric n, int64_t count)
{
	struct line l;

	if (count <= 0)
		return;
	reply_start(&l, s, n);
	line_number(&l, count);
	line_text(&l, span_of(numeric_text(n)));
	reply_end(&l, s);
}

// What is hidden is not even counted. All rooms are walked when one has changed, not at
// each login.
static int64_t count_rooms(struct hub *h)
{
	size_t cursor = 0;
	const struct room *r;

	if (h->n_listed >= 0)
		return h->n_listed;
	h->n_listed = 0;
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL)
		h->n_listed += (r->flags & ROOM_SECRET) == 0;
	return h->n_listed;
}

static void users_line(struct session *s, enum numeric n, const char *where, int64_t users)
{
	int64_t max = users > s->hub->max_present ? users : s->hub->max_present;
	struct line l;

	reply_start(&l, s, n);
	line_number(&l, users);
	line_number(&l, max);
	line_textf(&l, "Current %s users %lld, max %lld", where, (long long)users,
		   (long long)max);
	reply_end(&l, s);
}

void lusers_say(struct session *s, bool is_entering)
{
	struct hub *h = s->hub;
	const struct account *a = s->account;
	bool is_new = is_entering && !a->shown && !s->no_presence;
	int64_t users = h->n_present + is_new;
	int64_t invisible = h->n_invisible + (is_new && a->invisible);

	replyf(s, RPL_LUSERCLIENT, "There are %lld users and %lld invisible on 1 servers",
	       (long long)(users - invisible), (long long)invisible);
	count_line(s, RPL_LUSEROP, h->n_opers + (is_entering && s->oper));
	count_line(s, RPL_LUSERUNKNOWN, h->n_unknown);
	count_line(s, RPL_LUSERCHANNELS, count_rooms(h));
	replyf(s, RPL_LUSERME, "I have %lld clients and 0 servers", (long long)users);
	users_line(s, RPL_LOCALUSERS, "local", users);
	users_line(s, RPL_GLOBALUSERS, "global", users);
}

static void myinfo_say(struct session *s)
{
	const struct hub *h = s->hub;
	struct buf of_users = {0}, of_rooms = {0}, with_param = {0};
	struct line l;

	modes_user_letters(&of_users);
	modes_letters(MODE_ANY, &of_rooms);
	modes_letters(MODE_WITH_PARAM, &with_param);
	reply_start(&l, s, RPL_MYINFO);
	line_param(&l, h->config.name);
	line_param(&l, h->config.version);
	line_param(&l, buf_span(&of_users));
	line_param(&l, buf_span(&of_rooms));
	line_param(&l, buf_span(&with_param));
	reply_end(&l, s);
	buf_clear(&of_users);
	buf_clear(&of_rooms);
	buf_clear(&with_param);
}

void welcome_say(struct session *s)
{
	const struct hub *h = s->hub;
	char since[CLOCK_TEXT_LEN + 1];

	clock_text(h->started_ms, since);
	replyf(s, RPL_WELCOME, "Welcome to " SPAN_FMT ", %s", SPAN_ARG(h->config.network),
	       s->account->name);
	replyf(s, RPL_YOURHOST, "Your host is " SPAN_FMT ", running " SPAN_FMT,
	       SPAN_ARG(h->config.name), SPAN_ARG(h->config.version));
	replyf(s, RPL_CREATED, "This server was started %s", since);
	myinfo_say(s);
	isupport_say(s);
	lusers_say(s, true);
	motd_say(s);
}
