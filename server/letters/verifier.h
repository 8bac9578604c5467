// SPDX-License-Identifier: MIT
// Verifiers of passwords as text: what a password is compared with.
//
// Our own are Argon2id (phc.h). Those that came with accounts of other servers may be bcrypt,
// $2b$12$… ($2a$ and $2y$ are the same), or bcrypt of the SHA3-512 of the password, as Ergo
// has them: $sha3-512$2b$12$… . The first right login replaces them by our own.
// Pure; any thread.
#pragma once

#include "server/letters/phc.h"

#define BCRYPT_LEN 60 // inside: "$2b$12$", 22 characters of salt, 31 of hash
#define SHA3_MARK "$sha3-512"

struct verifier {
	struct span bcrypt; // borrowed, BCRYPT_LEN bytes; at NULL: it is Argon2id
	bool is_of_sha3;    // bcrypt has the password's SHA3-512
	struct phc phc;     // of Argon2id
};

// PHC_TOO_DEAR: it costs more than ARGON2_*_MAX or BCRYPT_COST_MAX.
MUST_USE enum phc_result verifier_parse(struct span text, struct verifier *v);
