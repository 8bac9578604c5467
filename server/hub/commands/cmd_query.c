// SPDX-License-Identifier: MIT
// About the server: MOTD, LUSERS, VERSION, INFO, TIME, ADMIN, LINKS, ISUPPORT.
#include "server/hub/commands/command.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/room.h"

#include "common/clock.h"

void cmd_motd(struct session *s, const struct msg *m)
{
	struct span rest = s->hub->config.motd;

	(void)m;
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
	bool is_new = is_entering && !a->shown;
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

void cmd_lusers(struct session *s, const struct msg *m)
{
	(void)m;
	lusers_say(s, false);
}

void cmd_version(struct session *s, const struct msg *m)
{
	struct line l;

	(void)m;
	reply_start(&l, s, RPL_VERSION);
	line_param(&l, s->hub->config.version);
	line_param(&l, s->hub->config.name);
	line_text(&l, s->hub->config.description);
	reply_end(&l, s);
	isupport_say(s);
}

void cmd_isupport(struct session *s, const struct msg *m)
{
	(void)m;
	if (!s->registered && !session_has(s, CAP_EXTENDED_ISUPPORT))
		reply(s, ERR_NOTREGISTERED);
	else
		isupport_say(s);
}

void cmd_info(struct session *s, const struct msg *m)
{
	const struct hub *h = s->hub;
	char since[CLOCK_TEXT_LEN + 1];

	(void)m;
	clock_text(h->started_ms, since);
	replyf(s, RPL_INFO, "This is " SPAN_FMT ", a self-hosted chat server",
	       SPAN_ARG(h->config.version));
	replyf(s, RPL_INFO, "Messages are shown when they are stored, and not before");
	replyf(s, RPL_INFO, "Running since %s", since);
	reply(s, RPL_ENDOFINFO);
}

void cmd_time(struct session *s, const struct msg *m)
{
	char now[CLOCK_TEXT_LEN + 1];
	struct line l;

	(void)m;
	clock_text(s->hub->now.wall_ms, now);
	reply_start(&l, s, RPL_TIME);
	line_param(&l, s->hub->config.name);
	line_number(&l, s->hub->now.wall_ms / 1000);
	line_number(&l, 0);
	line_text(&l, span_of(now));
	reply_end(&l, s);
}

void cmd_admin(struct session *s, const struct msg *m)
{
	(void)m;
	reply1(s, RPL_ADMINME, s->hub->config.name);
	replyf(s, RPL_ADMINLOC1, SPAN_FMT, SPAN_ARG(s->hub->config.network));
	replyf(s, RPL_ADMINLOC2, SPAN_FMT, SPAN_ARG(s->hub->config.description));
	replyf(s, RPL_ADMINEMAIL, "Ask an administrator of this server in chat");
}

// There is no other server to tell of.
void cmd_links(struct session *s, const struct msg *m)
{
	(void)m;
	reply1(s, RPL_ENDOFLINKS, SPAN("*"));
}
