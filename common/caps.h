// SPDX-License-Identifier: MIT
// Every IRCv3 capability that snug knows: bit and wire name (caps.def).
//
// Both programs use the bits; with what value a server offers one stands in
// server/hub/commands/cmd_cap.c. Pure; any thread.
#pragma once

#include "common/attr.h"
#include "common/span.h"

#include <stdint.h>

enum cap {
#define CAP(name, wire) CAP_##name,
#include "common/caps.def"
#undef CAP
	CAPS,
};

// A set of capabilities: bit 1 << cap.
typedef uint64_t cap_set;

static inline cap_set cap_bit(enum cap cap)
{
	return (cap_set)1 << cap;
}

static inline bool cap_has(cap_set set, enum cap cap)
{
	return (set >> cap & 1) != 0;
}
// All of `need` are in it, and none of `lack`.
static inline bool cap_fits(cap_set set, cap_set need, cap_set lack)
{
	return (set & need) == need && (set & lack) == 0;
}

// Borrowed forever.
MUST_USE const char *cap_name(enum cap cap);
// False when the name is unknown. Names are compared with their case.
MUST_USE bool cap_find(struct span name, enum cap *cap);
