// SPDX-License-Identifier: MIT
// The edits of a message that are here.
//
// Lines are borrowed of the target's log.
#pragma once

#include "client/model/model.h"

// Those that count, oldest first; a list for free(), NULL where there are none.
MUST_USE const struct log_line **edits_of(const struct target *t, const struct log_line *l,
					  size_t *count);
