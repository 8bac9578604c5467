// SPDX-License-Identifier: MIT
// How many files a server may have open, and how many connections that leaves room for.
#pragma once

#include "common/attr.h"

#include <stdint.h>

// As many as a limit of the system lets this process have.
MUST_USE int64_t descriptors_of(uint64_t limit);
// Raises the limit of this process as far as it goes; gives what it is then.
MUST_USE int64_t descriptors_raise(void);
// With fewer there is no sense in starting.
MUST_USE int64_t descriptors_least(unsigned n_shards);
// What is left for connections, of all shards together.
MUST_USE int64_t descriptors_left(int64_t descriptors, unsigned n_shards);
