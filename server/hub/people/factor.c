// SPDX-License-Identifier: MIT
#include "server/hub/people/factor.h"

#include "common/die.h"
#include "server/hub/journal/post.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert(FACTOR_SEALED_LEN == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
					    TOTP_SECRET_LEN,
	       "a sealed secret has another length");

// Of one account alone: a row that was put to another one opens nothing.
static void key_of(const struct account *a, uint8_t key[static crypto_secretbox_KEYBYTES])
{
	crypto_generichash(key, crypto_secretbox_KEYBYTES, (const uint8_t *)&a->id,
			   sizeof(a->id), a->hub->factor_key, sizeof(a->hub->factor_key));
}

static void seal(struct factor *f, const uint8_t secret[static TOTP_SECRET_LEN])
{
	uint8_t key[crypto_secretbox_KEYBYTES];

	key_of(f->account, key);
	hub_random(f->account->hub, f->sealed, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(f->sealed + crypto_secretbox_NONCEBYTES, secret, TOTP_SECRET_LEN,
			      f->sealed, key);
	sodium_memzero(key, sizeof(key));
}

static bool unseal(const struct factor *f, uint8_t secret[static TOTP_SECRET_LEN])
{
	uint8_t key[crypto_secretbox_KEYBYTES];
	int code;

	key_of(f->account, key);
	code = crypto_secretbox_open_easy(secret, f->sealed + crypto_secretbox_NONCEBYTES,
					  FACTOR_SEALED_LEN - crypto_secretbox_NONCEBYTES,
					  f->sealed, key);
	sodium_memzero(key, sizeof(key));
	return code == 0;
}

static void factor_post(const struct factor *f)
{
	struct entry e = {.kind = ENTRY_FACTOR};

	e.factor = (struct entry_factor){
		.account = f->account->id,
		.id = f->id,
		.label = span_of(f->label),
		.enabled = f->enabled,
		.created_ms = f->created_ms,
		.used_step = f->used_step,
	};
	memcpy(e.factor.sealed, f->sealed, sizeof(f->sealed));
	memcpy(e.factor.codes, f->codes, sizeof(f->codes));
	post(f->account->hub, &e);
}

struct factor *factor_new(struct account *a, const uint8_t secret[static TOTP_SECRET_LEN],
			  struct span label, int64_t used_step)
{
	struct factor *f = xcalloc(1, sizeof(*f));

	factor_free(a);
	a->factor = f;
	f->account = a;
	f->id = hub_new_id(a->hub);
	f->label = span_dup(label);
	f->created_ms = a->hub->now.wall_ms;
	f->used_step = used_step;
	seal(f, secret);
	factor_post(f);
	return f;
}

void factor_enable(struct factor *f)
{
	if (!f->enabled)
		f->account->hub->n_factors++;
	f->enabled = true;
	factor_post(f);
}

static void hash_code(const struct factor *f, struct span code,
		      uint8_t hash[static FACTOR_CODE_HASH_LEN])
{
	crypto_generichash_state state;
	const struct hub *h = f->account->hub;

	crypto_generichash_init(&state, h->token_key, sizeof(h->token_key),
				FACTOR_CODE_HASH_LEN);
	crypto_generichash_update(&state, (const uint8_t *)&f->id, sizeof(f->id));
	crypto_generichash_update(&state, (const uint8_t *)code.at, code.len);
	crypto_generichash_final(&state, hash, FACTOR_CODE_HASH_LEN);
}

static void make_code(struct hub *h, char code[static FACTOR_CODE_LEN + 1])
{
	uint8_t bytes[10];
	struct buf text = {0};
	size_t at = 0;

	hub_random(h, bytes, sizeof(bytes));
	totp_base32(&text, bytes, sizeof(bytes));
	for (size_t i = 0; i < text.len; i++) {
		if (i && i % 4 == 0)
			code[at++] = '-';
		code[at++] = (char)(text.at[i] >= 'A' ? text.at[i] | 32 : text.at[i]);
	}
	code[at] = '\0';
	sodium_memzero(bytes, sizeof(bytes));
	sodium_memzero(text.at, text.len);
	buf_clear(&text);
}

void factor_new_codes(struct factor *f, char codes[static FACTOR_CODES][FACTOR_CODE_LEN + 1])
{
	for (size_t i = 0; i < FACTOR_CODES; i++) {
		make_code(f->account->hub, codes[i]);
		hash_code(f, span_from(codes[i], FACTOR_CODE_LEN), f->codes[i]);
	}
	factor_post(f);
}

void factor_delete(struct account *a)
{
	struct entry e = {.kind = ENTRY_FACTOR_GONE};

	if (!a->factor)
		return;
	e.factor_gone.account = a->id;
	post(a->hub, &e);
	factor_free(a);
}

void factor_free(struct account *a)
{
	if (!a->factor)
		return;
	a->hub->n_factors -= a->factor->enabled;
	free(a->factor->label);
	free(a->factor);
	a->factor = NULL;
}

bool factor_is_on(const struct account *a)
{
	return a->factor && a->factor->enabled;
}

static bool take_app_code(struct factor *f, struct span code)
{
	uint8_t secret[TOTP_SECRET_LEN];
	int64_t step = -1;

	if (unseal(f, secret))
		step = totp_find(secret, code, totp_step(f->account->hub->now.wall_ms));
	sodium_memzero(secret, sizeof(secret));
	if (step <= f->used_step)
		return false;
	f->used_step = step;
	return true;
}

static bool is_recovery_code(struct span text)
{
	if (text.len != FACTOR_CODE_LEN)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if ((text.at[i] == '-') != (i % 5 == 4))
			return false;
	}
	return true;
}

bool factor_is_code(struct span text)
{
	return totp_is_code(text) || is_recovery_code(text);
}

// As it was shown, in any case.
static bool take_recovery_code(struct factor *f, struct span text)
{
	uint8_t hash[FACTOR_CODE_HASH_LEN];
	char code[FACTOR_CODE_LEN];
	bool found = false;

	for (size_t i = 0; i < FACTOR_CODE_LEN; i++) {
		bool is_upper = text.at[i] >= 'A' && text.at[i] <= 'Z';

		code[i] = (char)(is_upper ? text.at[i] | 32 : text.at[i]);
	}
	hash_code(f, span_from(code, sizeof(code)), hash);
	for (size_t i = 0; i < FACTOR_CODES; i++) {
		if (sodium_memcmp(f->codes[i], hash, sizeof(hash)) != 0)
			continue;
		sodium_memzero(f->codes[i], sizeof(f->codes[i]));
		found = true;
	}
	sodium_memzero(code, sizeof(code));
	return found;
}

bool factor_take(struct account *a, struct span code)
{
	struct factor *f = a->factor;
	bool is_right;

	if (!f || !factor_is_code(code))
		return false;
	is_right = totp_is_code(code) ? take_app_code(f, code) : take_recovery_code(f, code);
	if (is_right)
		factor_post(f);
	return is_right;
}

bool factor_is_open(const struct factor *f)
{
	uint8_t secret[TOTP_SECRET_LEN];
	bool is_open = unseal(f, secret);

	sodium_memzero(secret, sizeof(secret));
	return is_open;
}

size_t factor_codes_left(const struct factor *f)
{
	size_t n = 0;

	for (size_t i = 0; i < FACTOR_CODES; i++)
		n += !sodium_is_zero(f->codes[i], sizeof(f->codes[i]));
	return n;
}

bool factor_gives_rights(const struct account *a)
{
	return a->role == ROLE_ADMIN && (!a->hub->config.admin_2fa || factor_is_on(a));
}

void factor_load(struct hub *h, const struct entry_factor *row)
{
	struct account *a = account_by_id(h, row->account);
	struct factor *f;

	if (!a || a->factor) {
		hub_load_failed(h,
				"a second factor is there twice or belongs to no account: "
				"%lld",
				(long long)row->id);
		return;
	}
	f = a->factor = xcalloc(1, sizeof(*f));
	f->account = a;
	f->id = row->id;
	f->label = span_dup(row->label);
	memcpy(f->sealed, row->sealed, sizeof(f->sealed));
	memcpy(f->codes, row->codes, sizeof(f->codes));
	f->enabled = row->enabled;
	f->created_ms = row->created_ms;
	f->used_step = row->used_step;
	h->n_factors += f->enabled;
	hub_saw_id(h, f->id);
}
