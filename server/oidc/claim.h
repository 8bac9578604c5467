// SPDX-License-Identifier: MIT
// One claim of a token, judged: a text, a time, a list.
//
// Pure; any thread.
#pragma once

#include "server/letters/identity.h"

#include <jansson.h>

#define CLAIM_LEEWAY 60 // inside: seconds that two clocks may differ

// NumericDate (RFC 7519, 2). *s is 0 where it is absent. False: it is none.
MUST_USE bool claim_time(const json_t *token, const char *name, int64_t *s);
// A fresh copy of a member of printable ASCII, 1 to max bytes (free()). NULL: it is not.
MUST_USE char *claim_text(const json_t *token, const char *name, size_t max);
MUST_USE bool claim_is(const json_t *token, const char *name, const char *wanted);
// Is `wanted` this text, or one of this list of texts?
MUST_USE bool claim_has(const json_t *value, const char *wanted);
// exp, nbf and iat, each where it is there. Else EXPIRED, EARLY, CLAIMS.
MUST_USE enum identity_why claim_times(const json_t *token, int64_t now_s);
