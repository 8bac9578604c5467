// SPDX-License-Identifier: MIT
// Whether a server is alive, as whoever watches over it wants to know.
//
// It is when the hub turned since the last look, and when what was to be stored then is stored
// by now, or the writer told meanwhile how the disk is: one that waits for space says so, one
// that hangs says nothing. Owner: the server; main thread.
#pragma once

#include "common/attr.h"
#include "server/letters/ids.h"

#include <stdbool.h>

struct pulse {
	uint64_t turns, turns_then;     // of the hub; whoever has it counts
	uint64_t reports, reports_then; // of the writer
	entry_no head_then;             // to be stored
};

// Looks at it, and remembers how it stands.
MUST_USE bool pulse_beats(struct pulse *p, entry_no head, entry_no durable);
