// SPDX-License-Identifier: MIT
// After start: no file outside the state directory and those the configuration names, no
// new program, no new privilege. Where the kernel cannot do a part, the log says so.
#pragma once

#include "server/config.h"
#include "server/paths.h"

// For the calling thread and all it starts: call it before the threads, or for each.
// False when the kernel has no such thing.
bool sandbox_enter(const struct paths *p, const struct config *c);
