// SPDX-License-Identifier: MIT
// user token add|list|revoke, user cert add|list|del, user revoke-all: what lets devices in.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/people/credential.h"

#include "common/encode.h"
#include "common/text.h"
#include "server/hub/door/device_told.h"
#include "server/hub/door/evict.h"
#include "server/hub/people/signin.h"

#include <sodium.h>

#define PIN_BYTES 32

static const char *const columns[] = {"id",       "kind",   "label",   "pin",
				      "created",  "used",   "expires", "rate",
				      "presence", "device", "lease"};

static void add_row(struct verb_call *c, const struct credential *cred)
{
	bool is_cert = cred->kind == CREDENTIAL_CERT;
	struct buf pin = {0}, rate = {0};

	if (is_cert)
		encode_b64url(&pin, cred->hash, sizeof(cred->hash));
	if (cred->rate)
		buf_printf(&rate, "%lld/m", (long long)cred->rate);
	verb_number(c, cred->id);
	verb_text(c, is_cert ? SPAN("cert") : SPAN("token"));
	verb_text(c, span_of(cred->label));
	verb_text(c, buf_span(&pin));
	verb_time(c, cred->created_ms);
	verb_time(c, cred->used_ms);
	verb_time(c, cred->expires_ms);
	verb_text(c, buf_span(&rate));
	verb_text(c, cred->no_presence ? SPAN("no") : SPAN("yes"));
	verb_text(c, is_cert || cred->is_device ? SPAN("yes") : SPAN("no"));
	verb_text(c, cred->free_of_lease ? SPAN("none") : SPAN("account"));
	buf_clear(&pin);
	buf_clear(&rate);
}

static void list(struct verb_call *c, const struct account *a, enum credential_kind kind)
{
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &a->credentials) {
		const struct credential *cred =
			container_of(item, struct credential, in_account);

		if (cred->kind == kind)
			add_row(c, cred);
	}
	verb_end(c, ADMIN_DONE, "%zu of %s", c->answer->n_rows, a->name);
}

static void remove_one(struct verb_call *c, struct account *a, enum credential_kind kind)
{
	struct span which = verb_word(c, 1);
	struct credential *cred = credential_named(a, kind, which);
	struct buf detail = {0}, words = {0};

	if (!cred) {
		verb_end(c, ADMIN_NOT_FOUND,
			 "%s has none with the number or label \"" SPAN_FMT "\"", a->name,
			 SPAN_ARG(which));
		return;
	}
	if (!verb_may_write(c))
		return;
	buf_printf(&detail, "%s %lld %s", a->name, (long long)cred->id, cred->label);
	credential_describe(cred, &words);
	credential_delete(cred, NULL);
	verb_audit(c, buf_span(&detail));
	verb_end(c, ADMIN_DONE, "revoked of %s: %s", a->name, buf_str(&words));
	buf_clear(&words);
	buf_clear(&detail);
}

static bool has_room(struct verb_call *c, const struct account *a)
{
	if (credentials_count(a) < CREDENTIALS_PER_ACCOUNT)
		return true;
	verb_end(c, ADMIN_CONFLICT, "%s has %d certificates and tokens: revoke one first",
		 a->name, CREDENTIALS_PER_ACCOUNT);
	return false;
}

// The label, whole, as a word or a flag. False: answered and freed c.
static bool take_label(struct verb_call *c, struct span word, struct span *label)
{
	struct span flag = verb_value(c, "--label");
	uint32_t found;

	*label = flag.at ? flag : word;
	if (flag.at && word.len)
		verb_end(c, ADMIN_USAGE,
			 "two labels, " SPAN_FMT " and --label " SPAN_FMT ": give one",
			 SPAN_ARG(word), SPAN_ARG(flag));
	else if (label->len > DEVICE_NAME_MAX)
		verb_end(c, ADMIN_USAGE, "a label has at most %d bytes", DEVICE_NAME_MAX);
	else if (!text_is_fit(*label, TEXT_PLAIN, &found))
		verb_end(c, ADMIN_USAGE, "U+%04X may not stand in a label", found);
	else
		return true;
	return false;
}

// "30/m" or "2/s"; 0 when it is not given. False: answered and freed c.
static bool take_rate(struct verb_call *c, int64_t *per_minute)
{
	struct span text = verb_value(c, "--rate"), unit = text, number;
	int64_t times;
	uint64_t n;

	*per_minute = 0;
	if (!text.at)
		return true;
	number = span_cut(&unit, '/');
	times = span_eq(unit, SPAN("s")) ? 60 : span_eq(unit, SPAN("m"));
	if (times && span_to_u64(number, &n) && n && n <= TOKEN_RATE_MAX / (uint64_t)times) {
		*per_minute = (int64_t)n * times;
		return true;
	}
	verb_end(c, ADMIN_USAGE,
		 "--rate wants lines a minute or a second, from 1/m to %d/s, as in 30/m or "
		 "2/s, not " SPAN_FMT,
		 TOKEN_RATE_MAX / 60, SPAN_ARG(text));
	return false;
}

// False: answered and freed c.
static bool take_lease(struct verb_call *c, bool *is_none)
{
	struct span text = verb_value(c, "--lease");

	*is_none = text.at && span_eq(text, SPAN("none"));
	if (!text.at || *is_none)
		return true;
	verb_end(c, ADMIN_USAGE,
		 "--lease wants none, for a token that lets in although nobody says any more "
		 "that its account may, not " SPAN_FMT,
		 SPAN_ARG(text));
	return false;
}

// The log has it; and where somebody is in already, or may be, the account's devices.
static void tell_added(struct verb_call *c, const struct credential *cred)
{
	const struct account *a = cred->account;
	bool is_token = cred->kind == CREDENTIAL_TOKEN;
	struct buf words = {0}, undo = {0};

	signin_given(a, c->session, is_token, cred->label);
	if (!a->password[0] && credentials_count(a) == 1)
		return;
	buf_printf(&words, "An administrator (" SPAN_FMT ") made %s %s that lets in as you",
		   SPAN_ARG(c->request->actor.len ? c->request->actor : SPAN("shell")),
		   is_token ? "an app token" : "a certificate", cred->label);
	buf_printf(&undo, "CERT %sDEL %s", is_token ? "TOKEN " : "", cred->label);
	device_told(cred, NULL, buf_str(&words), buf_str(&undo));
	buf_clear(&words);
	buf_clear(&undo);
}

static void add_token(struct verb_call *c, struct account *a)
{
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *cred;
	struct span label;
	int64_t expires_ms, rate;
	bool is_free;

	if (!take_label(c, verb_word(c, 1), &label) || !has_room(c, a) ||
	    !verb_until(c, "--expires", 0, &expires_ms) || !take_rate(c, &rate) ||
	    !take_lease(c, &is_free) || !verb_may_write(c))
		return;
	cred = token_new(a, label.len ? label : SPAN("token"), expires_ms, text);
	if (rate)
		token_set_rate(cred, rate);
	if (verb_flag(c, "--no-presence"))
		token_set_no_presence(cred);
	if (is_free)
		token_set_free_of_lease(cred);
	verb_plain(c, span_of(text));
	sodium_memzero(text, sizeof(text));
	tell_added(c, cred);
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE,
		 "token %lld of %s, called %s: it stands in the password's place and is shown "
		 "only once",
		 (long long)cred->id, a->name, cred->label);
}

static void add_cert(struct verb_call *c, struct account *a)
{
	struct span text = verb_word(c, 1), label = verb_value(c, "--label");
	struct buf pin = {0};
	struct credential *cred;
	bool good = (text.len == 64 ? decode_hex(&pin, text) : decode_b64url(&pin, text)) &&
		    pin.len == PIN_BYTES;

	if (!good)
		verb_end(c, ADMIN_USAGE,
			 "a pin is the SHA-256 of the key, in base64url or hex");
	else if ((cred = credential_find(c->hub, (const uint8_t *)pin.at)) != NULL &&
		 cred->account == a)
		verb_exists(c, "this certificate is one of %s already", a->name);
	else if (cred)
		verb_end(c, ADMIN_CONFLICT, "this certificate belongs to %s already",
			 cred->account->name);
	else if (has_room(c, a) && verb_may_write(c)) {
		cred = credential_new(a, CREDENTIAL_CERT, (const uint8_t *)pin.at,
				      label.len ? label : SPAN("device"), 0);
		tell_added(c, cred);
		verb_audit(c, span_of(a->name));
		verb_end(c, ADMIN_DONE, "certificate %lld of %s, called %s, may log in",
			 (long long)cred->id, a->name, cred->label);
	}
	buf_clear(&pin);
}

typedef void act_fn(struct verb_call *c, struct account *a);

static void with_account(struct verb_call *c, act_fn *act)
{
	struct account *a = verb_account(c, verb_word(c, 0));

	if (a)
		act(c, a);
}

void verb_user_token_add(struct verb_call *c)
{
	with_account(c, add_token);
}

void verb_user_cert_add(struct verb_call *c)
{
	with_account(c, add_cert);
}

static void list_tokens(struct verb_call *c, struct account *a)
{
	list(c, a, CREDENTIAL_TOKEN);
}

static void list_certs(struct verb_call *c, struct account *a)
{
	list(c, a, CREDENTIAL_CERT);
}

void verb_user_token_list(struct verb_call *c)
{
	with_account(c, list_tokens);
}

void verb_user_cert_list(struct verb_call *c)
{
	with_account(c, list_certs);
}

static void remove_token(struct verb_call *c, struct account *a)
{
	remove_one(c, a, CREDENTIAL_TOKEN);
}

static void remove_cert(struct verb_call *c, struct account *a)
{
	remove_one(c, a, CREDENTIAL_CERT);
}

void verb_user_token_revoke(struct verb_call *c)
{
	with_account(c, remove_token);
}

void verb_user_cert_del(struct verb_call *c)
{
	with_account(c, remove_cert);
}

void verb_user_revoke_all(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	size_t n, revoked;

	if (!a || !verb_may_write(c))
		return;
	n = account_kick(a, SPAN("All your devices were signed out by an administrator"));
	revoked = credentials_revoke(a, NULL);
	c->is_unchanged = !n && !revoked;
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE,
		 "revoked %zu devices and tokens of %s and ended %zu of its sessions; its "
		 "password %s",
		 revoked, a->name, n,
		 a->password[0] ? "still lets in (user passwd changes it)" : "is none");
}
