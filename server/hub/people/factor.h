// SPDX-License-Identifier: MIT
// Factor: the second step of an account's logins by password: codes of an app (common/totp.h),
// and recovery codes in their place, each good once.
//
// 1. The app's secret is sealed by a key that is in no database and no backup of it (hub.
//    factor_key): without that key no code is right, and recovery codes are.
// 2. A code is good once, the later steps only: which step was used is posted with the yes,
//    and what the yes lets out waits for that entry, as everything does.
// 3. Of recovery codes keyed hashes are kept (token_key); one that was used is zero.
//
// An account has at most one. It counts once it is enabled. Owner: account.factor; main thread.
#pragma once

#include "common/totp.h"
#include "server/hub/people/account.h"

#define FACTOR_SEALED_LEN 60 // nonce, mac, secret
#define FACTOR_CODES 8
#define FACTOR_CODE_HASH_LEN 16
#define FACTOR_CODE_LEN 19 // "abcd-efgh-ijkl-mnop": 80 bits

struct factor {
	struct account *account;
	int64_t id;
	char *label;
	uint8_t sealed[FACTOR_SEALED_LEN];
	uint8_t codes[FACTOR_CODES][FACTOR_CODE_HASH_LEN];
	bool enabled;
	int64_t created_ms; // wall
	int64_t used_step;  // the last one that was used
	int64_t told_ms;    // mono: when the account was last told of a login that ended here
};

// One that is not enabled yet, in place of another one. Journals.
struct factor *factor_new(struct account *a, const uint8_t secret[static TOTP_SECRET_LEN],
			  struct span label, int64_t used_step);
// Logins by password want a code from now on. Journals.
void factor_enable(struct factor *f);
// Fresh recovery codes, the old ones are worth nothing; `codes` are to be shown once and
// wiped. Journals.
void factor_new_codes(struct factor *f, char codes[static FACTOR_CODES][FACTOR_CODE_LEN + 1]);
// It is no more. Harmless when there is none. Journals.
void factor_delete(struct account *a);
// Logins of the account by its password want a code.
MUST_USE bool factor_is_on(const struct account *a);
// Is it a code of the app, or a recovery code, that was not used? Uses it up. Only while
// something can be posted. Journals.
MUST_USE bool factor_take(struct account *a, struct span code);
// A text that may be one: so it is no password.
MUST_USE bool factor_is_code(struct span text);
// The app's secret can be opened with the key that is here.
MUST_USE bool factor_is_open(const struct factor *f);
MUST_USE size_t factor_codes_left(const struct factor *f);
// Sessions of the account have the rights of its role: an administrator's may want a second
// factor (config.admin_2fa).
MUST_USE bool factor_gives_rights(const struct account *a);
void factor_load(struct hub *h, const struct entry_factor *row);
// Frees it, without an entry. Harmless when there is none.
void factor_free(struct account *a);
