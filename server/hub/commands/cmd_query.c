// SPDX-License-Identifier: MIT
// About the server: MOTD, LUSERS, VERSION, INFO, TIME, ADMIN, LINKS, ISUPPORT.
#include "server/hub/commands/command.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"
#include "server/hub/rooms/room.h"

#include "common/clock.h"
#include "server/hub/door/isupport.h"
#include "server/hub/door/welcome.h"

void cmd_motd(struct session *s, const struct msg *m)
{
	(void)m;
	motd_say(s);
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

// There is no other server to tell of.
void cmd_links(struct session *s, const struct msg *m)
{
	(void)m;
	reply1(s, RPL_ENDOFLINKS, SPAN("*"));
}
