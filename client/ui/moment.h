// SPDX-License-Identifier: MIT
// Places in the past that one goes to, for every face here. Pure.
#pragma once

#include "client/model/model.h"

// It may be the id of a message.
MUST_USE bool moment_is_id(struct span where);
// Words for a place that was not found.
MUST_USE const char *moment_why_not(enum sought how);
