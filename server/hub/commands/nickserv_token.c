// SPDX-License-Identifier: MIT
// NickServ TOKEN: CERT TOKEN (device_token.h) by hand.
#include "server/hub/commands/device_token.h"
#include "server/hub/commands/nickserv_key.h"
#include "server/hub/commands/services.h"

#include "common/text.h"
#include "common/utf8.h"
#include "server/hub/wire/reply.h"

#include <sodium.h>

#define NICKSERV "NickServ"

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
	} else if (nickserv_may(s, step_up_add(s)) && need_disk(s, "CERT")) {
		c = device_token_new(s, label, is_device, text);
		service_say(s, NICKSERV,
			    "Token %lld, called %s, stands in the password's place and is "
			    "shown only once: %s",
			    (long long)c->id, c->label, text);
		sodium_memzero(text, sizeof(text));
	}
}

void nickserv_token(struct session *s, const struct service_call *c)
{
	struct span what = c->words[1], name = service_word(c, 2), last = service_word(c, 3);

	if (span_eq_fold(what, SPAN("ADD")) &&
	    (!last.len || span_eq_fold(last, SPAN("DEVICE"))))
		add(s, name, last.len > 0);
	else if (span_eq_fold(what, SPAN("LIST")))
		nickserv_list(s, CREDENTIAL_TOKEN);
	else if (span_eq_fold(what, SPAN("DEL")) && name.len)
		nickserv_del(s, CREDENTIAL_TOKEN, name, span_eq_fold(last, SPAN("CONFIRM")));
	else
		service_say(s, NICKSERV,
			    "Usage: TOKEN ADD [LABEL [DEVICE]] | LIST | DEL NUMBER|LABEL "
			    "[CONFIRM]");
}
