// SPDX-License-Identifier: MIT
#include "server/hub/door/news.h"

#include "server/hub/people/signin.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/wire/line.h"

static void say_note(const struct session *s, struct span words)
{
	struct line l;

	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "CERT");
	line_str(&l, "NEW_LOGIN");
	line_str(&l, signin_way(s->way));
	line_text(&l, words);
	list_for_each(item, &s->account->sessions) {
		struct session *t = container_of(item, struct session, in_account);

		if (t != s && session_has(t, CAP_DEVICES))
			session_say(t, &l);
	}
	line_clear(&l);
}

void news_of_login(struct session *s)
{
	struct buf words = {0};

	if (!s->is_strange)
		return;
	buf_printf(&words,
		   "Somebody logged in as you, by %s, from %s%s%s%s, where you never were "
		   "before. If that was not you: change your password, and look at "
		   "/device logins (CERT LOGINS) and /device list (CERT LIST)",
		   signin_way(s->way), s->host, s->device ? " (" : "",
		   s->device ? s->device : "", s->device ? ")" : "");
	say_note(s, buf_span(&words));
	slip_tell_others(s, "%s", buf_str(&words));
	buf_clear(&words);
}
