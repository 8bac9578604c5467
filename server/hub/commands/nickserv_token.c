// SPDX-License-Identifier: MIT
// NickServ TOKEN: CERT TOKEN (device_token.h) by hand.
#include "server/hub/commands/device_token.h"
#include "server/hub/commands/services.h"

#include "common/clock.h"
#include "common/text.h"
#include "common/utf8.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/step_up.h"
#include "server/hub/wire/reply.h"

#include <sodium.h>

#define NICKSERV "NickServ"

// Nothing keeps s from it, or it was told what does.
static bool may(struct session *s, const struct step_up *why_not)
{
	if (why_not)
		service_say(s, NICKSERV, "%s", why_not->words);
	return !why_not;
}

static void add(struct session *s, struct span word, bool is_device)
{
	struct span label = word.len ? utf8_cut(word, DEVICE_NAME_MAX) : SPAN("token");
	char text[TOKEN_TEXT_MAX + 1];
	const struct credential *c;
	uint32_t found;

	if (!text_is_fit(label, TEXT_PLAIN, &found)) {
		service_say(s, NICKSERV,
			    "The label has something that hides or turns its text");
	} else if (credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT) {
		service_say(s, NICKSERV, "There are too many: TOKEN DEL one first");
	} else if (may(s, step_up_add(s)) && need_disk(s, "CERT")) {
		c = device_token_new(s, label, is_device, text);
		service_say(s, NICKSERV,
			    "Token %lld, called %s, stands in the password's place and is "
			    "shown only once: %s",
			    (long long)c->id, c->label, text);
		sodium_memzero(text, sizeof(text));
	}
}

static void list(struct session *s)
{
	char used[CLOCK_TEXT_LEN + 1];
	size_t n = 0;

	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind != CREDENTIAL_TOKEN)
			continue;
		n++;
		clock_text(c->used_ms, used);
		service_say(s, NICKSERV, "%lld  %s  %s, last used: %s", (long long)c->id,
			    c->label, c->is_device ? "of a device" : "of a program",
			    c->used_ms ? used : "never");
	}
	service_say(s, NICKSERV, "app tokens: %zu", n);
}

static void del(struct session *s, struct span name, bool confirmed)
{
	struct credential *c = credential_named(s->account, CREDENTIAL_TOKEN, name);
	struct buf words = {0};

	if (!c) {
		service_say(s, NICKSERV, "You have no app token of that number or label");
	} else if (!confirmed && credential_is_of(c, s)) {
		service_say(s, NICKSERV,
			    "This very connection came by it: TOKEN DEL %lld CONFIRM revokes "
			    "it all the same",
			    (long long)c->id);
	} else if (may(s, step_up_remove(s, c)) && need_disk_to_mend(s, "CERT")) {
		credential_describe(c, &words);
		service_say(s, NICKSERV, "Revoked: %s", buf_str(&words));
		credential_delete(c, s);
	}
	buf_clear(&words);
}

void nickserv_token(struct session *s, const struct service_call *c)
{
	struct span what = c->words[1], name = service_word(c, 2), last = service_word(c, 3);

	if (span_eq_fold(what, SPAN("ADD")) &&
	    (!last.len || span_eq_fold(last, SPAN("DEVICE"))))
		add(s, name, last.len > 0);
	else if (span_eq_fold(what, SPAN("LIST")))
		list(s);
	else if (span_eq_fold(what, SPAN("DEL")) && name.len)
		del(s, name, span_eq_fold(last, SPAN("CONFIRM")));
	else
		service_say(s, NICKSERV,
			    "Usage: TOKEN ADD [LABEL [DEVICE]] | LIST | DEL NUMBER|LABEL "
			    "[CONFIRM]");
}
