// SPDX-License-Identifier: MIT
// CERT: the certificates by which the devices of an account log in (SASL EXTERNAL).
//
//	CERT ADD [LABEL]	lets the certificate of this very connection log in
//	CERT LIST		the account's certificates
//	CERT OTHERS		the number of certificates and tokens besides one's own
//	CERT DEL NUMBER|LABEL|PIN [CONFIRM]	CONFIRM: also the one of this connection
//
// Answers, pin being the SHA-256 of the key (SubjectPublicKeyInfo) as base64url:
//
//	CERT ADD NUMBER PIN :LABEL
//	CERT LIST NUMBER PIN ADDED USED :LABEL	for each; times of IRCv3, * never
//	CERT LIST *				the end
//	CERT OTHERS CERTIFICATES TOKENS
//	CERT DEL NUMBER PIN :LABEL
//	NOTE CERT LABEL_TAKEN LABEL	it is not called so, but as ADD says
//	FAIL CERT CONFIRM_NEEDED NUMBER
//	FAIL CERT NO_CERTIFICATE|CERT_IN_USE|TOO_MANY_CERTS|NO_SUCH_CERT|INVALID_SUBCOMMAND
#include "server/hub/commands/command.h"
#include "server/hub/people/credential.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"
#include "common/text.h"
#include "common/encode.h"
#include "common/utf8.h"
#include "server/hub/commands/label_told.h"
#include "server/hub/door/evict.h"

static void start(struct line *l, struct session *s, const char *what,
		  const struct credential *c)
{
	struct buf pin = {0};

	line_start(l, s->hub, NULL, "CERT");
	line_str(l, what);
	line_number(l, c->id);
	encode_b64url(&pin, c->hash, sizeof(c->hash));
	line_param(l, buf_span(&pin));
	buf_clear(&pin);
}

static void answer(struct session *s, const char *what, const struct credential *c)
{
	struct line l;

	start(&l, s, what, c);
	line_text(&l, span_of(c->label));
	reply_end(&l, s);
}

static void cert_add(struct session *s, struct span label)
{
	struct credential *c = credential_shown_by(s);
	uint32_t found;

	if (!s->cert)
		fail(s, "CERT", "NO_CERTIFICATE", (struct span){0},
		     "Your client showed no certificate on this connection");
	else if (!text_is_fit(label, TEXT_PLAIN, &found))
		fail(s, "CERT", "INVALID_LABEL", (struct span){0},
		     "The label has something that hides or turns its text");
	else if (c && c->account != s->account)
		fail(s, "CERT", "CERT_IN_USE", (struct span){0},
		     "The certificate belongs to another account");
	else if (c)
		answer(s, "ADD", c);
	else if (credentials_count(s->account) >= CREDENTIALS_PER_ACCOUNT)
		fail(s, "CERT", "TOO_MANY_CERTS", (struct span){0},
		     "The account has too many certificates and tokens: delete one first");
	else if (need_disk(s, "CERT")) {
		c = credential_new(s->account, CREDENTIAL_CERT, s->cert->pin, label, 0);
		credential_shown(c, s->cert->hash);
		answer(s, "ADD", c);
		label_told(s, "CERT", label, c);
	}
}

static void add_time(struct line *l, int64_t wall_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(wall_ms, text);
	line_str(l, wall_ms ? text : "*");
}

static void cert_list(struct session *s)
{
	struct line l;

	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind != CREDENTIAL_CERT)
			continue;
		start(&l, s, "LIST", c);
		add_time(&l, c->created_ms);
		add_time(&l, c->used_ms);
		line_text(&l, span_of(c->label));
		reply_end(&l, s);
	}
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "LIST");
	line_str(&l, "*");
	reply_end(&l, s);
}

static void cert_others(struct session *s)
{
	struct line l;

	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "OTHERS");
	line_number(&l, (int64_t)credentials_beside(s->account, s, CREDENTIAL_CERT));
	line_number(&l, (int64_t)credentials_beside(s->account, s, CREDENTIAL_TOKEN));
	reply_end(&l, s);
}

static void need_confirmation(struct session *s, const struct credential *c)
{
	struct buf number = {0}, words = {0};

	buf_add_i64(&number, c->id);
	buf_printf(&words,
		   "%s is the device of this very connection: CERT DEL %s CONFIRM revokes it "
		   "all the same",
		   c->label, buf_str(&number));
	fail(s, "CERT", "CONFIRM_NEEDED", buf_span(&number), buf_str(&words));
	buf_clear(&number);
	buf_clear(&words);
}

static void cert_del(struct session *s, struct span name, bool confirmed)
{
	struct credential *c = credential_named(s->account, CREDENTIAL_CERT, name);

	if (!c) {
		fail(s, "CERT", "NO_SUCH_CERT", name, "The account has no such certificate");
		return;
	}
	if (!confirmed && credential_is_of(c, s)) {
		need_confirmation(s, c);
		return;
	}
	if (!need_disk_to_mend(s, "CERT"))
		return;
	answer(s, "DEL", c);
	credential_delete(c, s);
}

void cmd_cert(struct session *s, const struct msg *m)
{
	struct span what = m->params[0], word = msg_param(m, 1);

	if (span_eq_fold(what, SPAN("ADD")))
		cert_add(s, word.len ? utf8_cut(word, DEVICE_NAME_MAX) : SPAN("device"));
	else if (span_eq_fold(what, SPAN("LIST")))
		cert_list(s);
	else if (span_eq_fold(what, SPAN("OTHERS")))
		cert_others(s);
	else if (span_eq_fold(what, SPAN("DEL")))
		cert_del(s, word, span_eq_fold(msg_param(m, 2), SPAN("CONFIRM")));
	else
		fail(s, "CERT", "INVALID_SUBCOMMAND", what,
		     "Use CERT ADD, CERT LIST, CERT OTHERS or CERT DEL");
}
