// SPDX-License-Identifier: MIT
#include "server/letters/verifier.h"

#include "server/letters/limits.h"

#include <string.h>

#define BCRYPT_COST_MIN 4
#define BCRYPT_HEAD 7 // "$2b$12$"

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

// They differ in how others once made them, and verify alike.
static bool is_kind(char ch)
{
	return ch == 'a' || ch == 'b' || ch == 'y';
}

// Salt and hash, in bcrypt's own base64.
static bool is_body(struct span text)
{
	static const char letters[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t i = 0; i < text.len; i++) {
		if (!memchr(letters, text.at[i], sizeof(letters) - 1))
			return false;
	}
	return true;
}

// Of what begins with "$2"; 0: no such text.
static int bcrypt_cost(struct span text)
{
	const char *at = text.at;

	if (text.len != BCRYPT_LEN || !is_kind(at[2]) || at[3] != '$' || !is_digit(at[4]) ||
	    !is_digit(at[5]) || at[6] != '$' || !is_body(span_after(text, BCRYPT_HEAD)))
		return 0;
	return (at[4] - '0') * 10 + at[5] - '0';
}

static enum phc_result parse_bcrypt(struct span text, struct verifier *v)
{
	int cost = bcrypt_cost(text);

	if (cost < BCRYPT_COST_MIN)
		return PHC_NONE;
	v->bcrypt = text;
	return cost > BCRYPT_COST_MAX ? PHC_TOO_DEAR : PHC_OK;
}

enum phc_result verifier_parse(struct span text, struct verifier *v)
{
	*v = (struct verifier){.is_of_sha3 = span_starts(text, SPAN(SHA3_MARK "$2"))};
	if (v->is_of_sha3)
		return parse_bcrypt(span_after(text, sizeof(SHA3_MARK) - 1), v);
	if (span_starts(text, SPAN("$2")))
		return parse_bcrypt(text, v);
	return phc_parse(text, &v->phc);
}
