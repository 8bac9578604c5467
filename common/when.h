// SPDX-License-Identifier: MIT
// A day or a time as people write it: "14:00", "yesterday", "monday 9:30", "2026-11-03".
//
// Pure: what day it is, and what a day is in wall time, knows who has a calendar.
#pragma once

#include "common/span.h"

struct civil {
	int year, month, day; // from 1; `day` may lie outside of the month: it is counted on
	int hour, minute;
	int weekday; // 0: Sunday; of "now" alone
};

enum when_side {
	WHEN_PAST,   // "14:00" is the last one, today or yesterday; "monday" is the last
	WHEN_FUTURE, // "14:00" is the next one, today or tomorrow; "monday" is the next
};

// Words for a refusal.
#define WHEN_USAGE "14:00, today, yesterday, monday, 2026-11-03, or a day and a time"

// False when it is none. A date is what it is; the other words look to that side.
MUST_USE bool when_parse(struct span text, const struct civil *now, enum when_side side,
			 struct civil *out);
