// SPDX-License-Identifier: MIT
// Fatal exits, and allocation that cannot return NULL.
//
// Out of memory ends the process (abort, so that a supervisor restarts it); no
// caller checks. Any thread may call these.
#pragma once

#include "common/attr.h"

#include <stddef.h>

// Prints "PROGRAM: <message>" to stderr and exits with `status`. For start-up only.
NORETURN PRINTF(2, 3) void die(int status, const char *format, ...);

// What ends it then; for these functions.
NORETURN void die_for_memory(void);

// The caller owns what they return and gives it to free().
MUST_USE void *xmalloc(size_t size);
MUST_USE void *xcalloc(size_t count, size_t size);
MUST_USE void *xrealloc(void *old, size_t size);
MUST_USE void *xreallocarray(void *old, size_t count, size_t size);
MUST_USE char *xstrdup(const char *text);
MUST_USE void *xmemdup(const void *from, size_t size);
