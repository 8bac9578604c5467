// SPDX-License-Identifier: MIT
// Places in the past that one goes to, by the local calendar, for every face here.
//
// Pure but for local time.
#pragma once

#include "client/model/model.h"

// "14:00", "monday 9:30", as client/model/when.h has it, to wall time. False: it is no time.
MUST_USE bool moment_parse(struct span where, int64_t *at_ms);
// It may be the id of a message.
MUST_USE bool moment_is_id(struct span where);
// Words for a place that was not found.
MUST_USE const char *moment_why_not(enum sought how);
