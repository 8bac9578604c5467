// SPDX-License-Identifier: MIT
// Tells the account's password, and a link that lets a device in, when it is typed where a
// message belongs.
//
// Keeps a salted hash, in memory only, of the password that this run was given; a later
// run logs in by this computer's key and knows none. Owner: the client; one thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

struct secret_guard {
	uint8_t salt[32];
	uint8_t hash[32];
	bool is_set;
};

void secret_guard_set(struct secret_guard *g, struct span secret);
// A link of /device add stands in the text.
MUST_USE bool secret_guard_is_link(struct span text);
// Blanks around the text do not count.
MUST_USE bool secret_guard_knows(const struct secret_guard *g, struct span text);
