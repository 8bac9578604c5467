// SPDX-License-Identifier: MIT
// What a token endpoint answered (RFC 6749, 5.1 and 5.2; RFC 8628, 3.5).
//
// Pure; any thread. Owner: who had it read. What is secret is wiped when it is cleared.
#pragma once

#include "common/span.h"

// Zeroed: nothing. Either access, or error, is there.
struct token_answer {
	char *access;
	char *refresh;        // NULL: none was given
	char *scope;          // NULL: as asked for
	int64_t expires_in_s; // 0: not said
	char *error;          // "authorization_pending", "invalid_grant", ...
};

void token_answer_clear(struct token_answer *t);
// False: it is none (no object, a member twice, another token_type than Bearer, a token that
// cannot be one).
MUST_USE bool token_answer_read(struct span json, struct token_answer *t);
