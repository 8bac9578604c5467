// SPDX-License-Identifier: MIT
// What is done with secrets in memory: no compiler leaves it out, and time tells nothing.
//
// Any thread.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stddef.h>

void wipe_bytes(void *at, size_t len);
MUST_USE bool wipe_equal(const void *a, const void *b, size_t len);
