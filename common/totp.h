// SPDX-License-Identifier: MIT
// Codes of six digits that change every half minute (TOTP, RFC 6238: SHA-1, 30 s), as every
// authenticator app makes them of a secret that it was shown once.
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

#include <stdint.h>

#define TOTP_SECRET_LEN 20
#define TOTP_DIGITS 6
#define TOTP_STEP_MS 30000

// Which half minute the time is in, since 1970.
MUST_USE int64_t totp_step(int64_t wall_ms);
// The code of that step; `code` is NUL-terminated and to be wiped.
void totp_code(const uint8_t secret[static TOTP_SECRET_LEN], int64_t step,
	       char code[static TOTP_DIGITS + 1]);
// Of six digits.
MUST_USE bool totp_is_code(struct span text);
// The step of `now`, of the one before or the one after whose code this is; -1: none. Takes
// the same time whichever it is.
MUST_USE int64_t totp_find(const uint8_t secret[static TOTP_SECRET_LEN], struct span code,
			   int64_t now);
// Bytes as base32 (RFC 4648, without padding), as apps take a secret by hand.
void totp_base32(struct buf *out, const uint8_t *bytes, size_t len);
// "otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER", which apps read as a QR code.
void totp_uri(struct buf *out, const uint8_t secret[static TOTP_SECRET_LEN], struct span issuer,
	      struct span account);
