// SPDX-License-Identifier: MIT
#include "server/hub/door/wait.h"

#include "server/hub/door/login.h"
#include "server/hub/journal/hash_queue.h"
#include "server/hub/wire/reply.h"
#include "server/letters/limits.h"

// Which command waits.
static const char *command_of(const struct session *s)
{
	if (s->exchange)
		return "AUTHENTICATE";
	return s->login->tried ? "PASS" : "REGISTER";
}

// It answers nothing: a label waits on for what does.
static void tell(struct session *s, size_t n_before)
{
	int64_t seconds = (hash_queue_wait_ms(s->hub, n_before) + 999) / 1000;
	struct line l;

	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, command_of(s));
	line_str(&l, "WAIT");
	if (seconds)
		line_textf(&l, "Your password waits for its turn: %zu before you, about %lld s",
			   n_before, (long long)seconds);
	else
		line_textf(&l, "Your password waits for its turn: %zu before you", n_before);
	session_say(s, &l);
	line_clear(&l);
}

void waits_tell(struct hub *h)
{
	const struct turn *t;

	while ((t = hash_queue_untold(h))) {
		struct session *s = t->session ? session_find(h, t->session) : NULL;

		if (s && s->login && session_has(s, CAP_STANDARD_REPLIES))
			tell(s, hash_queue_before(h, t));
	}
}

void wait_advise(struct session *s)
{
	struct buf words = {0};

	if (s->hash_waited_ms < SLOW_LOGIN_MS)
		return;
	buf_printf(&words,
		   "Your password waited %lld s to be checked. A device certificate and an app "
		   "token need not wait: /msg NickServ HELP CERT tells of the one; an "
		   "administrator makes the other (snugd user token add %s)",
		   (long long)(s->hash_waited_ms / 1000), s->account->name);
	if (session_has(s, CAP_STANDARD_REPLIES))
		note(s, "AUTHENTICATE", "SLOW_LOGIN", (struct span){0}, buf_str(&words));
	else
		notice(s, "%s", buf_str(&words));
	buf_clear(&words);
}
