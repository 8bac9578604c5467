// SPDX-License-Identifier: MIT
// What a half-typed path may become: "~/no" -> "~/notes.txt ", "./" -> what is here.
//
// Reads one directory, so it belongs to keys, not to frames. One thread.
#pragma once

#include "client/model/complete.h"

// True when the word before the cursor is a path (it starts with /, ./, ../ or ~/): *out is
// filled then, and owned by the caller. A word at the start of the line is a command.
MUST_USE bool path_complete(struct span text, size_t cursor, struct completion *out);
