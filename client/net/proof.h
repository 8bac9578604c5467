// SPDX-License-Identifier: MIT
// How one proves to a server that it is oneself who wants something (CERT PROVE).
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

// Appends the line for what was typed: six digits are a code of a second factor, since no
// password is as short; all else is the password. It is a secret: room for 4/3 of it and 32
// bytes is made before, and wiped behind it.
void proof_line(struct buf *out, struct span typed);
