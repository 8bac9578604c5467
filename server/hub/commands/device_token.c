// SPDX-License-Identifier: MIT
#include "server/hub/commands/device_token.h"

#include "common/text.h"
#include "common/utf8.h"
#include "common/wipe.h"
#include "server/hub/commands/command.h"
#include "server/hub/commands/device_key.h"
#include "server/hub/commands/label_told.h"
#include "server/hub/door/device_told.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/login.h"
#include "server/hub/wire/reply.h"

#include <sodium.h>

static void start(struct line *l, struct session *s, const char *what)
{
	line_start(l, s->hub, NULL, "CERT");
	line_str(l, "TOKEN");
	line_str(l, what);
}

struct credential *device_token_new(struct session *s, struct span label, bool is_device,
				    char text[static TOKEN_TEXT_MAX + 1])
{
	struct credential *c = token_new(s->account, label, 0, text);
	struct buf words = {0}, undo = {0};

	if (is_device)
		token_set_device(c);
	buf_printf(&words, "%s (%s) made an app token of yours, %s",
		   s->device ? s->device : "A login", s->host, c->label);
	buf_printf(&undo, "CERT TOKEN DEL %s", c->label);
	device_told(c, NULL, buf_str(&words), buf_str(&undo));
	buf_clear(&words);
	buf_clear(&undo);
	return c;
}

static void say_new(struct session *s, const struct credential *c, const char *text)
{
	struct line l;

	start(&l, s, "ADD");
	line_number(&l, c->id);
	line_str(&l, text);
	line_text(&l, span_of(c->label));
	session_say(s, &l);
	wipe_away(&l.body);
	line_clear(&l);
}

static void add(struct session *s, struct span label, struct span what)
{
	char text[TOKEN_TEXT_MAX + 1];
	const struct credential *c;
	uint32_t found;

	if (!text_is_fit(label, TEXT_PLAIN, &found)) {
		fail(s, "CERT", "INVALID_LABEL", (struct span){0},
		     "The label has something that hides or turns its text");
	} else if (what.len && !span_eq_fold(what, SPAN("DEVICE"))) {
		fail(s, "CERT", "INVALID_SUBCOMMAND", what,
		     "Behind the label stands nothing, or DEVICE: the token of a page");
	} else if (credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT) {
		fail(s, "CERT", "TOO_MANY_CERTS", (struct span){0},
		     "The account has too many certificates and tokens: delete one first");
	} else if (device_may(s, step_up_add(s)) && need_disk(s, "CERT")) {
		c = device_token_new(s, label, what.len > 0, text);
		say_new(s, c, text);
		label_told(s, "CERT", label, c);
		sodium_memzero(text, sizeof(text));
	}
}

static void say_one(struct session *s, const struct credential *c)
{
	struct line l;

	start(&l, s, "LIST");
	line_number(&l, c->id);
	line_str(&l, c->is_device ? "DEVICE" : "PROGRAM");
	device_add_time(&l, c->created_ms);
	device_add_time(&l, c->used_ms);
	device_add_time(&l, c->expires_ms);
	line_text(&l, span_of(c->label));
	reply_end(&l, s);
}

static void say_all(struct session *s)
{
	struct line l;

	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind == CREDENTIAL_TOKEN)
			say_one(s, c);
	}
	start(&l, s, "LIST");
	line_str(&l, "*");
	reply_end(&l, s);
}

static void del(struct session *s, struct span name, bool confirmed)
{
	struct credential *c = credential_named(s->account, CREDENTIAL_TOKEN, name);
	struct line l;

	if (!c) {
		fail(s, "CERT", "NO_SUCH_TOKEN", name, "The account has no such app token");
		return;
	}
	if (!confirmed && credential_is_of(c, s)) {
		device_unconfirmed(s, c);
		return;
	}
	if (!device_may(s, step_up_remove(s, c)) || !need_disk_to_mend(s, "CERT"))
		return;
	start(&l, s, "DEL");
	line_number(&l, c->id);
	line_text(&l, span_of(c->label));
	reply_end(&l, s);
	credential_delete(c, s);
}

bool device_token(struct session *s, const struct msg *m)
{
	struct span what = msg_param(m, 1), word = msg_param(m, 2), last = msg_param(m, 3);

	if (span_eq_fold(what, SPAN("ADD")))
		add(s, word.len ? utf8_cut(word, DEVICE_NAME_MAX) : SPAN("token"), last);
	else if (span_eq_fold(what, SPAN("LIST")))
		say_all(s);
	else if (span_eq_fold(what, SPAN("DEL")))
		del(s, word, span_eq_fold(last, SPAN("CONFIRM")));
	else
		return false;
	return true;
}
