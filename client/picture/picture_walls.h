// SPDX-License-Identifier: MIT
// The walls around a program that draws a picture of bytes from a stranger.
//
// For this process, and for good: no new privilege, no end but that of who started it, bounds
// on time, memory and files; no file but libraries and the program itself, where the kernel has
// Landlock; no call but those of picture_calls.def. One thread.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// False: this kernel does not filter calls, or something else failed; nothing may be run then.
MUST_USE bool picture_shut(const char *program);
