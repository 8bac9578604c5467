// SPDX-License-Identifier: MIT
// Passwords against the bcrypt verifiers of other servers.
//
// Pure; any thread. It takes as long as the verifier's cost says.
#pragma once

#include "server/letters/verifier.h"

// v is of bcrypt.
MUST_USE bool bcrypt_is_right(const struct verifier *v, struct span password);
