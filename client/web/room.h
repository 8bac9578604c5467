// SPDX-License-Identifier: MIT
// Where JavaScript writes texts for this module: one place, good until the next call of it.
//
// Owner: the page's one thread.
#pragma once

#include "common/attr.h"

#include <stddef.h>

// At least so many bytes.
MUST_USE char *tab_room(size_t size);
