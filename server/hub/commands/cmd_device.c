// SPDX-License-Identifier: MIT
// CERT: the certificates by which the devices of an account log in (SASL EXTERNAL).
//
//	CERT ADD [LABEL]	lets the certificate of this very connection log in
//	CERT LIST		the account's certificates
//	CERT LOGINS		who logged in, or tried to, newest last
//	CERT OTHERS		the number of certificates and tokens besides one's own
//	CERT DEL NUMBER|LABEL|PIN [CONFIRM]	CONFIRM: also the one of this connection
//	CERT TOKEN ...		app tokens (device_token.h)
//	CERT REVOKE OTHERS	all but the one that s came by, and their sessions
//	CERT OFFER		a secret by which another computer asks to come in (offer.h)
//	CERT CLAIM SECRET [LABEL]	before the login: asks so
//	CERT CLAIM SECRET TOKEN :LABEL	who has no certificate, as a page, asks so
//	CERT PROVE [PASSWORD]	proves that it is oneself (step_up.h), by the password as
//				base64; without one the other devices are asked (vouch.h)
//	CERT PROVE CODE DIGITS	the same by a code of the second factor (factor.h)
//	CERT PROVE SIGN-IN	the same by a sign-in elsewhere: AUTHENTICATE follows
//	CERT ALLOW|DENY NUMBER	the answer to a question
//
// Answers, pin being the SHA-256 of the key (SubjectPublicKeyInfo) as base64url:
//
//	CERT ADD NUMBER PIN :LABEL
//	CERT LIST NUMBER PIN ADDED USED :LABEL	for each; times of IRCv3, * never
//	CERT LIST *				the end
//	CERT LOGINS FIRST LAST TIMES IN|FAILED WAY ADDRESS :DEVICE	for each
//	CERT LOGINS *				the end
//	CERT OTHERS CERTIFICATES TOKENS
//	CERT DEL NUMBER PIN :LABEL
//	CERT REVOKE OTHERS N
//	CERT OFFER SECRET SECONDS
//	CERT CLAIM ACCOUNT :LABEL		it is let in: AUTHENTICATE EXTERNAL
//	CERT CLAIM ACCOUNT TOKEN :LABEL		it is let in by this token, shown once
//	CERT PROVE * SECONDS			so long it counts
//	CERT ALLOW|DENY NUMBER
//	NOTE CERT LABEL_TAKEN LABEL	it is not called so, but as ADD says
//	FAIL CERT CONFIRM_NEEDED NUMBER
//	FAIL CERT NO_CERTIFICATE|CERT_IN_USE|TOO_MANY_CERTS|NO_SUCH_CERT|... (PROTOCOL.md)
//
// Questions, to who speaks snug.chat/devices; CERT OVER NUMBER: nobody waits any more:
//
//	CERT CLAIM NUMBER ADDRESS [TOKEN] :LABEL	is it to be let in? TOKEN: a browser
//	CERT PROVE NUMBER ADDRESS :LABEL	is it you who wants something there?
#include "server/hub/commands/command.h"
#include "server/hub/people/credential.h"
#include "server/hub/wire/reply.h"

#include "common/text.h"
#include "common/encode.h"
#include "common/utf8.h"
#include "common/wipe.h"
#include "server/hub/commands/device_key.h"
#include "server/hub/commands/device_token.h"
#include "server/hub/commands/label_told.h"
#include "server/hub/door/elsewhere.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/identified.h"
#include "server/hub/door/login.h"
#include "server/hub/door/offer.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/vouch.h"
#include "server/hub/door/device_told.h"
#include "server/hub/people/signin.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/verify.h"

#include <sodium.h>

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
	else if (device_may(s, step_up_add(s)) && need_disk(s, "CERT")) {
		c = credential_new(s->account, CREDENTIAL_CERT, s->cert->pin, label, 0);
		credential_shown(c, s->cert->hash);
		device_added(s, c);
		answer(s, "ADD", c);
		label_told(s, "CERT", label, c);
	}
}

static void cert_list(struct session *s)
{
	struct line l;

	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind != CREDENTIAL_CERT)
			continue;
		start(&l, s, "LIST", c);
		device_add_time(&l, c->created_ms);
		device_add_time(&l, c->used_ms);
		line_text(&l, span_of(c->label));
		reply_end(&l, s);
	}
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "LIST");
	line_str(&l, "*");
	reply_end(&l, s);
}

static void cert_logins(struct session *s)
{
	struct line l;

	list_for_each(item, &s->account->signins) {
		const struct signin *i = container_of(item, struct signin, in_account);

		line_start(&l, s->hub, NULL, "CERT");
		line_str(&l, "LOGINS");
		device_add_time(&l, i->first_ms);
		device_add_time(&l, i->last_ms);
		line_number(&l, i->times);
		line_str(&l, i->failed ? "FAILED" : "IN");
		line_str(&l, signin_way(i->way));
		vouch_put_address(&l, i->source);
		line_text(&l, span_of(i->device));
		reply_end(&l, s);
	}
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "LOGINS");
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

static void cert_del(struct session *s, struct span name, bool confirmed)
{
	struct credential *c = credential_named(s->account, CREDENTIAL_CERT, name);

	if (!c) {
		fail(s, "CERT", "NO_SUCH_CERT", name, "The account has no such certificate");
		return;
	}
	if (!confirmed && credential_is_of(c, s)) {
		device_unconfirmed(s, c);
		return;
	}
	if (!device_may(s, step_up_remove(s, c)) || !need_disk_to_mend(s, "CERT"))
		return;
	answer(s, "DEL", c);
	credential_delete(c, s);
}

// From a device that is believed: who came by a stolen password puts nobody out.
static const struct step_up *may_revoke_others(const struct session *s)
{
	const struct step_up *why_not = step_up_add(s);

	list_for_each(item, &s->account->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		if (!why_not)
			why_not = step_up_remove(s, c);
	}
	return why_not;
}

static void cert_revoke_others(struct session *s)
{
	struct account *a = s->account;
	struct line l;
	size_t n;

	if (!device_may(s, may_revoke_others(s)) || !need_disk_to_mend(s, "CERT"))
		return;
	n = credentials_revoke(a, s);
	(void)account_kick_others(a, s, SPAN("Another device of yours signed out all others"));
	post_audit(s->hub, span_of(a->name), SPAN("user revoke-all"), span_of(a->name),
		   SPAN(""));
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "REVOKE");
	line_str(&l, "OTHERS");
	line_number(&l, (int64_t)n);
	reply_end(&l, s);
}

static void cert_offer(struct session *s)
{
	char secret[SECRET_TEXT_LEN + 1];
	struct line l;

	if (!session_has(s, CAP_DEVICES)) {
		fail(s, "CERT", "CAPABILITY_NEEDED", SPAN("snug.chat/devices"),
		     "Ask for the capability first, by which you are asked whether to let the "
		     "other computer in");
		return;
	}
	if (!device_may(s, step_up_offer(s)) || !need_disk(s, "CERT"))
		return;
	if (!offer_make(s, secret)) {
		fail(s, "CERT", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Too many links are open at the moment: try again in two minutes");
		return;
	}
	line_start(&l, s->hub, NULL, "CERT");
	line_str(&l, "OFFER");
	line_str(&l, secret);
	line_number(&l, OFFER_MS / 1000);
	session_say(s, &l);
	wipe_away(&l.body);
	line_clear(&l);
	sodium_memzero(secret, sizeof(secret));
}

static void cert_claim(struct session *s, struct span secret, enum credential_kind kind,
		       struct span label)
{
	bool is_cert = kind == CREDENTIAL_CERT;
	uint32_t found;

	if (s->account)
		reply(s, ERR_ALREADYREGISTERED);
	else if (is_cert && !s->cert)
		fail(s, "CERT", "NO_CERTIFICATE", (struct span){0},
		     "Your client showed no certificate on this connection: CERT CLAIM SECRET "
		     "TOKEN :LABEL asks for a token");
	else if (is_cert && credential_shown_by(s))
		fail(s, "CERT", "CERT_IN_USE", (struct span){0},
		     "The certificate is let in already");
	else if (!text_is_fit(label, TEXT_PLAIN, &found))
		fail(s, "CERT", "INVALID_LABEL", (struct span){0},
		     "The label has something that hides or turns its text");
	else
		offer_claim(s, secret, kind, label);
}

static void on_verified(struct session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_YES)
		vouch_say_proved(s);
	else if (v->kind == VERDICT_NO)
		fail(s, "CERT", "WRONG_PASSWORD", (struct span){0}, "The password is wrong");
	else
		fail(s, "CERT", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Too many attempts: try again in a minute");
}

// CERT PROVE CODE 123456: of the second factor.
static void prove_by_code(struct session *s, struct span code)
{
	enum verdict_kind kind;

	if (!need_disk_to_mend(s, "CERT"))
		return;
	kind = second_step_prove(s, code);
	if (kind == VERDICT_YES)
		vouch_say_proved(s);
	else if (kind == VERDICT_NO)
		fail(s, "CERT", "WRONG_CODE", (struct span){0},
		     "The code is wrong or was used, or you have no second factor");
	else
		fail(s, "CERT", "TEMPORARILY_UNAVAILABLE", (struct span){0},
		     "Too many attempts: try again in a minute");
}

// CERT PROVE SIGN-IN: by whom one's account is bound to. No - is in base64.
static void prove_by_sign_in(struct session *s)
{
	if (!sasl_binds(s->hub) || list_is_empty(&s->account->bindings)) {
		fail(s, "CERT", "NOT_BOUND", (struct span){0},
		     "Your account is bound to nobody who could say so on this server");
		return;
	}
	identified_await(s, false);
	note(s, "CERT", "SIGN_IN_NOW", SPAN("300"),
	     "Sign in within five minutes (AUTHENTICATE) as at your login");
}

static void cert_prove(struct session *s, struct span text, struct span code)
{
	struct buf password = {0};

	if (code.len && span_eq_fold(text, SPAN("CODE")))
		prove_by_code(s, code);
	else if (span_eq_fold(text, SPAN("SIGN-IN")))
		prove_by_sign_in(s);
	else if (!text.len)
		vouch_ask(s);
	else if (!decode_b64(&password, text) || token_is(buf_span(&password)))
		fail(s, "CERT", "WRONG_PASSWORD", (struct span){0},
		     "The password is wrong, or is not given as base64 (RFC 4648)");
	else
		elsewhere_prove(s, buf_span(&password), on_verified);
	wipe_away(&password);
}

static void cert_answer(struct session *s, struct span word, bool yes)
{
	uint64_t number;

	if (!span_to_u64(word, &number) || number > INT64_MAX ||
	    (!offer_answer(s, (int64_t)number, yes) && !vouch_answer(s, (int64_t)number, yes)))
		fail(s, "CERT", "NO_SUCH_QUESTION", word, "You are asked no such thing");
}

static struct span label_of(struct span word)
{
	return word.len ? utf8_cut(word, DEVICE_NAME_MAX) : SPAN("device");
}

// A label alone may be TOKEN.
static void claim(struct session *s, const struct msg *m)
{
	struct span word = msg_param(m, 2);

	if (m->n_params > 3 && span_eq_fold(word, SPAN("TOKEN")))
		cert_claim(s, msg_param(m, 1), CREDENTIAL_TOKEN, label_of(msg_param(m, 3)));
	else
		cert_claim(s, msg_param(m, 1), CREDENTIAL_CERT, label_of(word));
}

// Of the keys of the account.
static bool about_keys(struct session *s, const struct msg *m)
{
	struct span what = m->params[0], word = msg_param(m, 1);

	if (span_eq_fold(what, SPAN("ADD")))
		cert_add(s, label_of(word));
	else if (span_eq_fold(what, SPAN("LIST")))
		cert_list(s);
	else if (span_eq_fold(what, SPAN("LOGINS")))
		cert_logins(s);
	else if (span_eq_fold(what, SPAN("OTHERS")))
		cert_others(s);
	else if (span_eq_fold(what, SPAN("DEL")))
		cert_del(s, word, span_eq_fold(msg_param(m, 2), SPAN("CONFIRM")));
	else if (span_eq_fold(what, SPAN("TOKEN")))
		return device_token(s, m);
	else if (span_eq_fold(what, SPAN("REVOKE")) && span_eq_fold(word, SPAN("OTHERS")))
		cert_revoke_others(s);
	else
		return false;
	return true;
}

// Of what one device asks the others.
static bool about_others(struct session *s, const struct msg *m)
{
	struct span what = m->params[0], word = msg_param(m, 1);

	if (span_eq_fold(what, SPAN("OFFER")))
		cert_offer(s);
	else if (span_eq_fold(what, SPAN("PROVE")))
		cert_prove(s, word, msg_param(m, 2));
	else if (span_eq_fold(what, SPAN("ALLOW")))
		cert_answer(s, word, true);
	else if (span_eq_fold(what, SPAN("DENY")))
		cert_answer(s, word, false);
	else
		return false;
	return true;
}

void cmd_cert(struct session *s, const struct msg *m)
{
	struct span what = m->params[0];

	if (span_eq_fold(what, SPAN("CLAIM")))
		claim(s, m);
	else if (!s->registered)
		reply(s, ERR_NOTREGISTERED);
	else if (!about_keys(s, m) && !about_others(s, m))
		fail(s, "CERT", "INVALID_SUBCOMMAND", what,
		     "Use CERT ADD, CERT LIST, CERT LOGINS, CERT OTHERS, CERT DEL, CERT REVOKE "
		     "OTHERS, CERT TOKEN ADD, CERT TOKEN LIST, CERT TOKEN DEL, CERT OFFER or "
		     "CERT PROVE");
}
