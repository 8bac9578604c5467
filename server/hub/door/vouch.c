// SPDX-License-Identifier: MIT
#include "server/hub/door/vouch.h"

#include "common/die.h"
#include "server/hub/door/step_up.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

struct vouch {
	struct session *by;
	int64_t number;
	struct timer over;
};

void vouch_put_address(struct line *l, const char *address)
{
	struct buf text = {0};

	// "::1" would be the last parameter.
	if (address[0] == ':')
		buf_add_char(&text, '0');
	buf_add_str(&text, address);
	line_param(l, buf_span(&text));
	buf_clear(&text);
}

void vouch_add_address(struct line *l, const struct session *s)
{
	vouch_put_address(l, s->host);
}

static void say_number(struct session *s, const char *what, int64_t number)
{
	struct line l;

	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, what);
	line_number(&l, number);
	reply_end(&l, s);
}

void vouch_say_over(struct session *s, int64_t number)
{
	say_number(s, "OVER", number);
}

void vouch_say_answered(struct session *s, const char *how, int64_t number)
{
	say_number(s, how, number);
}

// May t say who s is?
static bool is_asked(const struct session *t, const struct session *s)
{
	const struct credential *own = step_up_device(s), *other = step_up_believed(t);

	return t != s && t->account == s->account && t->registered &&
	       session_has(t, CAP_DEVICES) && other && other != own &&
	       (!own || other->id < own->id);
}

static void ask_one(struct session *t, const struct vouch *v)
{
	struct line l;

	line_start(&l, t->hub, NULL, "CERT");
	line_str(&l, "PROVE");
	line_number(&l, v->number);
	vouch_add_address(&l, v->by);
	line_text(&l, span_of(v->by->device ? v->by->device : ""));
	reply_end(&l, t);
}

static void say_over_but(const struct vouch *v, const struct session *except)
{
	list_for_each(item, &v->by->account->sessions) {
		struct session *t = container_of(item, struct session, in_account);

		if (t != except && is_asked(t, v->by))
			vouch_say_over(t, v->number);
	}
}

void vouch_drop(struct session *s)
{
	if (!s->vouch)
		return;
	timer_stop(&s->vouch->over);
	free(s->vouch);
	s->vouch = NULL;
}

void vouch_forget(struct session *s)
{
	if (s->vouch)
		say_over_but(s->vouch, NULL);
	vouch_drop(s);
}

static void refuse(struct session *s)
{
	fail(s, "CERT", "PROVE_REFUSED", (struct span){0},
	     "No other device of yours said yes: prove it by your password");
}

static void on_over(struct hub *h, struct timer *t)
{
	struct session *s = container_of(t, struct vouch, over)->by;

	(void)h;
	vouch_forget(s);
	refuse(s);
}

static size_t ask_all(struct session *s, const struct vouch *v)
{
	size_t n = 0;

	list_for_each(item, &s->account->sessions) {
		struct session *t = container_of(item, struct session, in_account);

		if (!is_asked(t, s))
			continue;
		ask_one(t, v);
		n++;
	}
	return n;
}

void vouch_ask(struct session *s)
{
	struct hub *h = s->hub;
	struct vouch *v = s->vouch;

	if ((s->token && !step_up_device(s)) || h->now.mono_ms < s->account->no_vouch_ms) {
		refuse(s);
		return;
	}
	if (!v) {
		v = s->vouch = xcalloc(1, sizeof(*v));
		v->by = s;
		v->number = ++h->last_question;
		timer_set(h, &v->over, h->now.mono_ms + VOUCH_MS, on_over);
		if (!ask_all(s, v)) {
			vouch_drop(s);
			fail(s, "CERT", "NO_OTHER_DEVICE", (struct span){0},
			     "No older device of yours is connected that could say yes: prove "
			     "it by your password");
			return;
		}
	}
	note(s, "CERT", "WAIT", (struct span){0},
	     "Your other devices are asked whether it is you");
}

static struct vouch *that_asks(struct session *t, int64_t number)
{
	list_for_each(item, &t->account->sessions) {
		const struct session *s = container_of(item, struct session, in_account);

		if (s->vouch && s->vouch->number == number && is_asked(t, s))
			return s->vouch;
	}
	return NULL;
}

void vouch_say_proved(struct session *s)
{
	struct line l;

	step_up_proved(s);
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "PROVE");
	line_str(&l, "*");
	line_number(&l, STEP_UP_MS / 1000);
	reply_end(&l, s);
}

bool vouch_answer(struct session *t, int64_t number, bool yes)
{
	struct vouch *v = that_asks(t, number);
	struct session *s = v ? v->by : NULL;

	if (!v)
		return false;
	say_over_but(v, t);
	vouch_drop(s);
	if (yes) {
		vouch_say_proved(s);
	} else {
		s->account->no_vouch_ms = s->hub->now.mono_ms + VOUCH_DENIED_MS;
		refuse(s);
	}
	vouch_say_answered(t, yes ? "ALLOW" : "DENY", number);
	return true;
}
