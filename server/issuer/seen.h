// SPDX-License-Identifier: MIT
// Which tokens came before: each is taken once. What is too old to be taken is forgotten.
#pragma once

#include "common/span.h"

#define SEEN_MAX 1024 // inside: of logouts in LOGOUT_TOKEN_AGE; what is more is refused

struct seen_id {
	uint8_t hash[32];
	int64_t until_s;
};

// Zeroed: none.
struct seen {
	struct seen_id ids[SEEN_MAX];
	size_t n;
};

enum seen_before { SEEN_NEW, SEEN_BEFORE, SEEN_FULL };

// Is it new? Then it is kept until until_s.
MUST_USE enum seen_before seen_add(struct seen *s, struct span id, int64_t now_s,
				   int64_t until_s);
