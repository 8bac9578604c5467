// SPDX-License-Identifier: MIT
// The grammar of a hostile server's conversations: lines that make sense by themselves and lie
// about each other (batches, labels, ids, times, names from a small pool), and commands of the
// one who plays them (tests/fuzz/fuzz_hostile.c).
#pragma once

#include "common/buf.h"

#include <stdint.h>

// Appends one line, without its end. *seed goes on.
void hostile_line(struct buf *out, uint32_t *seed);
MUST_USE uint32_t hostile_below(uint32_t *seed, uint32_t bound);
