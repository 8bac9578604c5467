// SPDX-License-Identifier: MIT
// `snug join '#ROOM'` and `snug part`: a membership begins and ends, and nothing else happens.
//
// Owner: main; blocks. Words go to stderr.
#pragma once

#include "client/verbs/options.h"

// The exit code.
MUST_USE int membership_begin(struct options *o);
