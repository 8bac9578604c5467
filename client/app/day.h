// SPDX-License-Identifier: MIT
// The day of a moment that a server wrote down, as it was here. Pure but for the time zone.
#pragma once

#include "common/span.h"

#define DAY_ROOM 11 // "2026-11-22"

// Of "2026-11-21T23:30:00.000Z", in `out`; what is no time stays as it is, cut to ten bytes.
MUST_USE struct span day_here(struct span time, char out[static DAY_ROOM]);
