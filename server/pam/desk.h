// SPDX-License-Identifier: MIT
// The desk of snug-door: letters of snugd come in, each is asked in a process of its own, and
// an answer goes back for each.
//
// At most DESK_MAX are asked at once, and for what is more the answer is LATER; so it is for
// one that takes longer than DESK_MS, which is killed with all that it began.
#pragma once

#include "common/attr.h"

#define DESK_MAX 8 // inside: what is more is put off
#define DESK_MS 10000

enum desk_end {
	DESK_HUNG_UP, // snugd did
	DESK_GARBAGE, // what came was no letter
};

// Serves on the socket until that ends. confdir as of attempt_ask().
MUST_USE enum desk_end desk_serve(int fd, const char *confdir);
