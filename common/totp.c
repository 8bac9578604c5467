// SPDX-License-Identifier: MIT
#include "common/totp.h"

#include "common/tls_sha1.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

int64_t totp_step(int64_t wall_ms)
{
	return wall_ms / TOTP_STEP_MS;
}

void totp_code(const uint8_t secret[static TOTP_SECRET_LEN], int64_t step,
	       char code[static TOTP_DIGITS + 1])
{
	uint8_t counter[8], mac[TLS_SHA1_LEN];
	uint32_t number;
	size_t at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	tls_hmac_sha1(span_from(secret, TOTP_SECRET_LEN), span_from(counter, sizeof(counter)),
		      mac);
	at = mac[TLS_SHA1_LEN - 1] & 15; // RFC 4226, 5.3
	number = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
		 (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	snprintf(code, TOTP_DIGITS + 1, "%06u", number % 1000000);
	sodium_memzero(mac, sizeof(mac));
}

bool totp_is_code(struct span text)
{
	size_t n = 0;

	while (n < text.len && text.at[n] >= '0' && text.at[n] <= '9')
		n++;
	return n == TOTP_DIGITS && text.len == TOTP_DIGITS;
}

int64_t totp_find(const uint8_t secret[static TOTP_SECRET_LEN], struct span code, int64_t now)
{
	char right[TOTP_DIGITS + 1];
	int64_t found = -1;

	if (!totp_is_code(code))
		return -1;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		totp_code(secret, step, right);
		if (sodium_memcmp(right, code.at, TOTP_DIGITS) == 0)
			found = step;
	}
	sodium_memzero(right, sizeof(right));
	return found;
}

void totp_base32(struct buf *out, const uint8_t *bytes, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int n_bits = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			buf_add_char(out, letters[bits >> (n_bits - 5) & 31]);
	}
	if (n_bits)
		buf_add_char(out, letters[bits << (5 - n_bits) & 31]);
}

static void add_escaped(struct buf *out, struct span text)
{
	static const char plain[] = "-._~";

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || (c && strchr(plain, c));

		if (is_plain)
			buf_add_char(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned char)c);
	}
}

void totp_uri(struct buf *out, const uint8_t secret[static TOTP_SECRET_LEN], struct span issuer,
	      struct span account)
{
	buf_add_str(out, "otpauth://totp/");
	add_escaped(out, issuer);
	buf_add_char(out, ':');
	add_escaped(out, account);
	buf_add_str(out, "?secret=");
	totp_base32(out, secret, TOTP_SECRET_LEN);
	buf_add_str(out, "&issuer=");
	add_escaped(out, issuer);
}
