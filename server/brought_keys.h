// SPDX-License-Identifier: MIT
// The keys that seal what is in the database, on their way to another machine that has the same
// one: second-factor.key, sign-in.key, web-push.key. A key that is there is never replaced.
#pragma once

#include "common/buf.h"
#include "server/paths.h"

#define BROUGHT_KEYS 3
#define BROUGHT_KEY_MAX 4096 // inside: of a file

enum brought {
	BROUGHT_NEW,   // it is there now
	BROUGHT_SAME,  // it was there
	BROUGHT_NONE,  // none came
	BROUGHT_OTHER, // another one is there, and stays
	BROUGHT_FAILED,
};

// The i-th of them.
MUST_USE const char *brought_key_name(size_t i);
// Adds the bytes of the key here; none where there is no file. False and errno.
MUST_USE bool brought_key_read(const struct paths *p, size_t i, struct buf *out);
// BROUGHT_FAILED: errno.
MUST_USE enum brought brought_key_put(const struct paths *p, size_t i, struct span bytes);
