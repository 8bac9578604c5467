// SPDX-License-Identifier: MIT
// user token add|list|revoke, user cert add|list|del, user revoke-all: what lets devices in.
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/people/credential.h"

#include "common/encode.h"
#include "common/utf8.h"

#include <sodium.h>

#define PIN_BYTES 32

static const char *const columns[] = {"id",      "kind", "label",  "pin",
				      "created", "used", "expires"};

static void add_row(struct verb_call *c, const struct credential *cred)
{
	bool is_cert = cred->kind == CREDENTIAL_CERT;
	struct buf pin = {0};

	if (is_cert)
		encode_b64url(&pin, cred->hash, sizeof(cred->hash));
	verb_number(c, cred->id);
	verb_text(c, is_cert ? SPAN("cert") : SPAN("token"));
	verb_text(c, span_of(cred->label));
	verb_text(c, is_cert ? buf_span(&pin) : SPAN(""));
	verb_time(c, cred->created_ms);
	verb_time(c, cred->used_ms);
	verb_time(c, cred->expires_ms);
	buf_clear(&pin);
}

static void list(struct verb_call *c, const struct account *a, enum credential_kind kind)
{
	verb_columns(c, columns, ARRAY_LEN(columns));
	list_for_each(item, &a->credentials)
	{
		const struct credential *cred =
			container_of(item, struct credential, in_account);

		if (cred->kind == kind)
			add_row(c, cred);
	}
	verb_end(c, ADMIN_DONE, "%zu of %s", c->answer->n_rows, a->name);
}

static void remove_one(struct verb_call *c, struct account *a, enum credential_kind kind)
{
	struct span which = verb_word(c, 2);
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
	credential_delete(cred);
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

static struct span label_of(const struct verb_call *c, struct span missing)
{
	struct span label = verb_value(c, "--label");

	return utf8_cut(label.at ? label : missing, DEVICE_NAME_MAX);
}

static void add_token(struct verb_call *c, struct account *a)
{
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *cred;
	int64_t expires_ms;

	if (!has_room(c, a) || !verb_until(c, "--expires", 0, &expires_ms) ||
	    !verb_may_write(c))
		return;
	cred = token_new(a, label_of(c, SPAN("token")), expires_ms, text);
	verb_plain(c, span_of(text));
	sodium_memzero(text, sizeof(text));
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE,
		 "token %lld of %s, called %s: it stands in the password's place and is shown "
		 "only once",
		 (long long)cred->id, a->name, cred->label);
}

static void add_cert(struct verb_call *c, struct account *a)
{
	struct span text = verb_word(c, 2);
	struct buf pin = {0};
	struct credential *cred = NULL;
	bool good = (text.len == 64 ? decode_hex(&pin, text) : decode_b64url(&pin, text)) &&
		    pin.len == PIN_BYTES;

	if (good)
		cred = credential_find(c->hub, (const uint8_t *)pin.at);
	if (!good)
		verb_end(c, ADMIN_USAGE,
			 "a pin is the SHA-256 of the key, in base64url or hex");
	else if (cred)
		verb_end(c, ADMIN_CONFLICT, "this certificate belongs to %s already",
			 cred->account->name);
	else if (has_room(c, a) && verb_may_write(c)) {
		cred = credential_new(a, CREDENTIAL_CERT, (const uint8_t *)pin.at,
				      label_of(c, SPAN("device")), 0);
		verb_audit(c, span_of(a->name));
		verb_end(c, ADMIN_DONE, "certificate %lld of %s, called %s, may log in",
			 (long long)cred->id, a->name, cred->label);
	}
	buf_clear(&pin);
}

typedef void add_fn(struct verb_call *c, struct account *a);

static void run(struct verb_call *c, enum credential_kind kind, add_fn *add)
{
	struct span what = verb_word(c, 0);
	struct account *a = verb_account(c, verb_word(c, 1));

	if (!a)
		return;
	if (span_eq(what, SPAN("add")))
		add(c, a);
	else if (span_eq(what, SPAN("list")))
		list(c, a, kind);
	else if (span_eq(what, SPAN("revoke")) || span_eq(what, SPAN("del")))
		remove_one(c, a, kind);
	else
		verb_end(c, ADMIN_USAGE, "add, list or %s, not " SPAN_FMT,
			 kind == CREDENTIAL_CERT ? "del" : "revoke", SPAN_ARG(what));
}

void verb_user_token(struct verb_call *c)
{
	run(c, CREDENTIAL_TOKEN, add_token);
}

void verb_user_cert(struct verb_call *c)
{
	run(c, CREDENTIAL_CERT, add_cert);
}

void verb_user_revoke_all(struct verb_call *c)
{
	struct account *a = verb_account(c, verb_word(c, 0));
	size_t n, revoked;

	if (!a || !verb_may_write(c))
		return;
	n = account_kick(a, SPAN("All your devices were signed out by an administrator"));
	revoked = credentials_revoke(a, NULL);
	verb_audit(c, span_of(a->name));
	verb_end(c, ADMIN_DONE,
		 "revoked %zu devices and tokens of %s and ended %zu of its sessions; its "
		 "password %s",
		 revoked, a->name, n,
		 a->password[0] ? "still lets in (user passwd changes it)" : "is none");
}
