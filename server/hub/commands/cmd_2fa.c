// SPDX-License-Identifier: MIT
// 2FA (IRCv3 draft account-2fa, type totp): the second factor of one's own account.
//
//	2FA STATUS		NOTE 2FA ENABLED|DISABLED
//	2FA LIST		NOTE 2FA CREDENTIAL ID totp NAME CREATED | NO_CREDENTIALS
//	2FA CHALLENGE totp		NOTE 2FA REGISTRATION_CHALLENGE totp BASE64-OF-JSON
//	2FA ADD totp NAME CODE		2FA ADD SUCCESS totp ID
//	2FA ENABLE		NOTE 2FA RECOVERY_CODES ..., 2FA ENABLE SUCCESS
//	2FA DISABLE totp CODE		2FA DISABLE SUCCESS
//	2FA REMOVE ID		2FA REMOVE SUCCESS ID
//	2FA RECOVERY		NOTE 2FA RECOVERY_CODES ...; not of the draft
//
// An account has one app at a time. What changes something wants a proof (step_up.h); a code is
// one, and DISABLE wants no less. All devices are told.
#include "server/hub/commands/command.h"
#include "server/hub/people/factor.h"
#include "server/hub/wire/reply.h"

#include "common/clock.h"
#include "common/encode.h"
#include "common/json.h"
#include "common/utf8.h"
#include "common/wipe.h"
#include "server/hub/door/enrol.h"
#include "server/hub/door/rights.h"
#include "server/hub/door/second_step.h"
#include "server/hub/door/step_up.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/slip.h"

#include <sodium.h>

#define LABEL_MAX 64 // inside: the draft says so

static void refuse(struct session *s, const char *code, struct span context, const char *words)
{
	fail(s, "2FA", code, context, words);
}

static bool may_change(struct session *s)
{
	const struct step_up *why_not = step_up_add(s);

	if (why_not)
		refuse(s, why_not->code, step_up_context(why_not), why_not->words);
	return !why_not && need_disk(s, "2FA");
}

// The draft's other types are none of ours: certificates are devices (CERT).
static void with_totp(struct session *s, const struct msg *m, command_fn *run)
{
	if (span_eq_fold(msg_param(m, 1), SPAN("totp")))
		run(s, m);
	else
		refuse(s, "INVALID_TYPE", msg_param(m, 1),
		       "The type here is totp: an app that makes codes");
}

static void done(struct session *s, const char *what, const char *type, int64_t id,
		 const char *words)
{
	struct line l;

	line_start(&l, s->hub, NULL, "2FA");
	line_str(&l, what);
	line_str(&l, "SUCCESS");
	if (type)
		line_str(&l, type);
	if (id)
		line_number(&l, id);
	line_text(&l, span_of(words));
	reply_end(&l, s);
}

// Who did what from where goes to all devices and into the audit log.
static void tell(struct session *s, const char *verb, const char *what)
{
	struct account *a = s->account;

	post_audit(s->hub, span_of(a->name), span_of(verb), span_of(a->name), SPAN(""));
	slip_tell(
		a,
		"%s (%s) %s. If that was not you, revoke that device and change your password",
		s->device ? s->device : "A login", s->host, what);
}

static void status(struct session *s)
{
	if (factor_is_on(s->account))
		note(s, "2FA", "ENABLED", (struct span){0},
		     "Logins by your password want a code");
	else
		note(s, "2FA", "DISABLED", (struct span){0},
		     "Logins by your password want nothing else");
}

static void list(struct session *s)
{
	const struct factor *f = s->account->factor;
	char created[CLOCK_TEXT_LEN + 1];
	struct line l;

	if (!f) {
		note(s, "2FA", "NO_CREDENTIALS", (struct span){0}, "You have no second factor");
		return;
	}
	clock_text(f->created_ms, created);
	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "2FA");
	line_str(&l, "CREDENTIAL");
	line_number(&l, f->id);
	line_str(&l, "totp");
	line_str(&l, f->label);
	line_str(&l, created);
	line_textf(&l, "%s; %zu recovery codes are left",
		   f->enabled ? "Enabled" : "Not enabled", factor_codes_left(f));
	reply_end(&l, s);
}

static void add_challenge(struct buf *out, const struct session *s, const uint8_t *secret)
{
	struct span issuer = s->hub->config.network, name = span_of(s->account->name);
	struct buf base32 = {0}, uri = {0};
	json_t *o = json_object();

	totp_base32(&base32, secret, TOTP_SECRET_LEN);
	totp_uri(&uri, secret, issuer, name);
	json_object_set_new(o, "type", json_text(SPAN("totp")));
	json_object_set_new(o, "secret", json_text(buf_span(&base32)));
	json_object_set_new(o, "issuer", json_text(issuer));
	json_object_set_new(o, "account", json_text(name));
	json_object_set_new(o, "algorithm", json_text(SPAN("SHA1")));
	json_object_set_new(o, "digits", json_integer(TOTP_DIGITS));
	json_object_set_new(o, "period", json_integer(TOTP_STEP_MS / 1000));
	json_object_set_new(o, "uri", json_text(buf_span(&uri)));
	json_add_line(out, o);
	json_decref(o);
	wipe_away(&base32);
	wipe_away(&uri);
}

static void challenge(struct session *s, const struct msg *m)
{
	struct buf text = {0}, coded = {0};
	struct line l;

	(void)m;
	if (factor_is_on(s->account)) {
		refuse(s, "ALREADY_ENABLED", (struct span){0},
		       "You have a second factor: 2FA DISABLE totp CODE turns it off first");
		return;
	}
	if (!may_change(s))
		return;
	add_challenge(&text, s, enrol_start(s));
	encode_b64(&coded, text.at, text.len);
	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "2FA");
	line_str(&l, "REGISTRATION_CHALLENGE");
	line_str(&l, "totp");
	line_param(&l, buf_span(&coded));
	line_text(&l, SPAN("Show it to your app, then: 2FA ADD totp NAME CODE"));
	session_say(s, &l);
	wipe_away(&l.body);
	line_clear(&l);
	wipe_away(&text);
	wipe_away(&coded);
}

static bool is_label(struct span text)
{
	if (!text.len || text.len > LABEL_MAX || text.at[0] == ':' || !utf8_is_valid(text))
		return false;
	for (size_t at = 0; at < text.len;) {
		uint32_t code = utf8_next(text, &at);

		if (code <= ' ' || utf8_is_unprintable(code))
			return false;
	}
	return true;
}

static void add(struct session *s, const struct msg *m)
{
	struct span label = msg_param(m, 2), code = msg_param(m, 3);
	const uint8_t *secret = enrol_secret(s);
	int64_t step = secret ? totp_find(secret, code, totp_step(s->hub->now.wall_ms)) : -1;

	if (factor_is_on(s->account)) {
		refuse(s, "ALREADY_ENABLED", (struct span){0},
		       "You have a second factor: 2FA DISABLE totp CODE turns it off first");
	} else if (!is_label(label)) {
		refuse(s, "INVALID_NAME", (struct span){0},
		       "The name of an app has 1 to 64 bytes and no blank");
	} else if (!secret) {
		refuse(s, "NO_CHALLENGE", (struct span){0},
		       "Ask for a secret first, not longer than ten minutes ago: 2FA CHALLENGE "
		       "totp");
	} else if (step < 0) {
		refuse(s, "INVALID_CREDENTIAL_DATA", (struct span){0},
		       "That is not the code of the secret that you were shown: look at the "
		       "clock of your device, and try the next one");
	} else if (may_change(s)) {
		(void)factor_new(s->account, secret, label, step);
		enrol_forget(s);
		done(s, "ADD", "totp", s->account->factor->id,
		     "Your app makes the codes; 2FA ENABLE turns it on");
	}
}

static void say_codes(struct session *s)
{
	char codes[FACTOR_CODES][FACTOR_CODE_LEN + 1];
	struct line l;

	factor_new_codes(s->account->factor, codes);
	line_start(&l, s->hub, NULL, "NOTE");
	line_str(&l, "2FA");
	line_str(&l, "RECOVERY_CODES");
	for (size_t i = 0; i < FACTOR_CODES; i++)
		line_str(&l, codes[i]);
	line_text(&l, SPAN("Keep these: each stands once in a code's place, and they are shown "
			   "only now"));
	session_say(s, &l);
	wipe_away(&l.body);
	line_clear(&l);
	sodium_memzero(codes, sizeof(codes));
}

static void enable(struct session *s)
{
	struct factor *f = s->account->factor;

	if (!f) {
		refuse(s, "NO_CREDENTIALS", (struct span){0},
		       "Add an app first: 2FA CHALLENGE totp");
	} else if (f->enabled) {
		refuse(s, "ALREADY_ENABLED", (struct span){0}, "It is on");
	} else if (may_change(s)) {
		factor_enable(f);
		say_codes(s);
		done(s, "ENABLE", NULL, 0,
		     "Logins by your password want a code from now on; your devices and app "
		     "tokens go on");
		tell(s, "2fa enable", "turned on two-factor login of your account");
		rights_settle(s->account);
	}
}

static void disable(struct session *s, const struct msg *m)
{
	enum verdict_kind kind;

	if (!factor_is_on(s->account)) {
		refuse(s, "ALREADY_DISABLED", (struct span){0}, "It is off");
		return;
	}
	if (!need_disk_to_mend(s, "2FA"))
		return;
	kind = second_step_prove(s, msg_param(m, 2));
	if (kind == VERDICT_LATER) {
		refuse(s, "RATE_LIMITED", (struct span){0},
		       "Too many attempts: try again in a minute");
	} else if (kind == VERDICT_NO) {
		refuse(s, "INVALID_CHALLENGE_RESPONSE", (struct span){0},
		       "The code is wrong, or was used");
	} else {
		factor_delete(s->account);
		done(s, "DISABLE", NULL, 0, "Logins by your password want no code any more");
		tell(s, "2fa disable", "turned off two-factor login of your account");
		rights_settle(s->account);
	}
}

static void forget(struct session *s, struct span word)
{
	const struct factor *f = s->account->factor;
	uint64_t id;

	if (!f || !span_to_u64(word, &id) || id != (uint64_t)f->id)
		refuse(s, "UNKNOWN_CREDENTIAL", word, "You have no such second factor");
	else if (f->enabled)
		refuse(s, "REMOVE_LAST_CREDENTIAL", (struct span){0},
		       "It is the only one: 2FA DISABLE totp CODE turns it off");
	else if (may_change(s)) {
		factor_delete(s->account);
		done(s, "REMOVE", NULL, (int64_t)id, "It is gone");
	}
}

static void renew(struct session *s)
{
	if (!factor_is_on(s->account)) {
		refuse(s, "ALREADY_DISABLED", (struct span){0}, "It is off");
	} else if (may_change(s)) {
		say_codes(s);
		tell(s, "2fa recovery", "made new recovery codes, the old ones are void");
	}
}

static bool run(struct session *s, struct span what, const struct msg *m)
{
	if (span_eq_fold(what, SPAN("STATUS")))
		status(s);
	else if (span_eq_fold(what, SPAN("LIST")))
		list(s);
	else if (span_eq_fold(what, SPAN("CHALLENGE")))
		with_totp(s, m, challenge);
	else if (span_eq_fold(what, SPAN("ADD")))
		with_totp(s, m, add);
	else if (span_eq_fold(what, SPAN("ENABLE")))
		enable(s);
	else if (span_eq_fold(what, SPAN("DISABLE")))
		with_totp(s, m, disable);
	else if (span_eq_fold(what, SPAN("REMOVE")))
		forget(s, msg_param(m, 1));
	else if (span_eq_fold(what, SPAN("RECOVERY")))
		renew(s);
	else
		return false;
	return true;
}

void cmd_2fa(struct session *s, const struct msg *m)
{
	if (!s->registered)
		refuse(s, "NOT_AUTHENTICATED", (struct span){0}, "Log in first");
	else if (!run(s, m->params[0], m))
		refuse(s, "INVALID_SUBCOMMAND", m->params[0],
		       "Use 2FA STATUS, 2FA LIST, 2FA CHALLENGE, 2FA ADD, 2FA ENABLE, 2FA "
		       "DISABLE, 2FA REMOVE or 2FA RECOVERY");
}
