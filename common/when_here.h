// SPDX-License-Identifier: MIT
// Days and times as of when.h, by the calendar of this computer.
#pragma once

#include "common/when.h"

// To wall time. False: it is none.
MUST_USE bool when_here(struct span text, enum when_side side, int64_t *at_ms);
