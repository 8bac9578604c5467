// SPDX-License-Identifier: MIT
// Argon2id verifiers as text: $argon2id$v=19$m=65536,t=3,p=1$SALT$HASH (PHC string
// format; base64 without padding).
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#define PHC_SALT_LEN 16
#define PHC_HASH_MAX 64 // inside: longest tag of a hash

struct phc {
	int64_t memory; // bytes
	int64_t passes;
	int64_t lanes;
	uint8_t salt[PHC_HASH_MAX];
	size_t salt_len;
	uint8_t hash[PHC_HASH_MAX];
	size_t hash_len;
};

enum phc_result {
	PHC_OK,
	PHC_NONE,     // no such string
	PHC_TOO_DEAR, // one that costs more than this server ever asks for (ARGON2_*_MAX)
};

MUST_USE enum phc_result phc_parse(struct span text, struct phc *p);
// Writes the text and a NUL; false when it does not fit.
MUST_USE bool phc_format(const struct phc *p, char *out, size_t size);
