// SPDX-License-Identifier: MIT
// The burst after login (ircdocs/modern-irc, connection registration), up to the MOTD.
#include "server/hub/commands/command.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"

void welcome_say(struct session *s)
{
	const struct hub *h = s->hub;
	const struct msg nothing = {.command = SPAN("MOTD")};
	char since[CLOCK_TEXT_LEN + 1];
	struct line l;

	clock_text(h->started_ms, since);
	replyf(s, RPL_WELCOME, "Welcome to " SPAN_FMT ", %s", SPAN_ARG(h->config.network),
	       s->account->name);
	replyf(s, RPL_YOURHOST, "Your host is " SPAN_FMT ", running " SPAN_FMT,
	       SPAN_ARG(h->config.name), SPAN_ARG(h->config.version));
	replyf(s, RPL_CREATED, "This server was started %s", since);
	reply_start(&l, s, RPL_MYINFO);
	line_param(&l, h->config.name);
	line_param(&l, h->config.version);
	line_str(&l, "Biow");
	line_str(&l, "CIbeiklmnoqstv");
	line_str(&l, "Ibeklqov");
	reply_end(&l, s);
	isupport_say(s);
	lusers_say(s, true);
	cmd_motd(s, &nothing);
}
