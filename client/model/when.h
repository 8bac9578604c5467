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

// Words for a refusal.
#define WHEN_USAGE "14:00, today, yesterday, monday, 2026-11-03, or a day and a time"

// False when it is none. Always in the past but for a date that is not: a time alone that is
// still to come today was yesterday's, a day of the week is the last one before today.
MUST_USE bool when_parse(struct span text, const struct civil *now, struct civil *out);
