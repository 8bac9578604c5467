// SPDX-License-Identifier: MIT
// SASL OAUTHBEARER (RFC 7628) as a client speaks it: by tokens of an issuer, or with none, to
// be told which issuer that is and what it wants.
//
// Owner: whoever holds the struct; the client's one thread. Tokens are wiped with it.
#pragma once

#include "client/net/sasl_way.h"
#include "common/bearer_failure.h"
#include "common/token_answer.h"

struct bearer_login {
	struct sasl_way way; // for a login, or bearer_login_begin()
	struct buf message;  // what is said first; wiped
	bool is_said;
	struct buf heard;   // of the answer
	struct buf failure; // the JSON of a refusal, or empty
};

// By no token: a refusal follows that says what is wanted.
void bearer_login_ask(struct bearer_login *b);
// By these, which are copied; `name`: the account that one wants to be, or "".
void bearer_login_with(struct bearer_login *b, const char *name,
		       const struct token_answer *tokens);
// Before, between and after logins; a zeroed struct is fine.
void bearer_login_clear(struct bearer_login *b);
// Begins an exchange where there is a login already; each AUTHENTICATE line is given to
// way.hear then.
void bearer_login_begin(struct bearer_login *b, sasl_line_fn *send, void *arg);

// What has to be known for a sign-in; texts "" or NULL where they are not said.
struct sign_in_place {
	char *issuer;   // "https://login.example.org"
	char host[256]; // of the issuer, with its port where that is another than 443
	struct bearer_failure said;
};

// Of a refusal. False: it says no issuer that could be asked. The caller clears it.
MUST_USE bool sign_in_place_read(const struct bearer_login *b, struct sign_in_place *place);
void sign_in_place_clear(struct sign_in_place *place);
