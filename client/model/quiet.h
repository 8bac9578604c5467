// SPDX-License-Identifier: MIT
// The hours in which nothing rings: "22:00-07:00", by the local clock. Pure; any thread.
#pragma once

#include "common/buf.h"

struct quiet {
	int from, to; // minutes of the day; equal: never quiet
};

// "" is never. False, and how it is written appended to `why`.
MUST_USE bool quiet_parse(struct span text, struct quiet *q, struct buf *why);
MUST_USE bool quiet_holds(const struct quiet *q, int minute);
