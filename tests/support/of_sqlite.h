// SPDX-License-Identifier: MIT
// Tests whose subject is SQLite: they are skipped on another engine, and tests/pg/suite.py counts
// them, and why.
#pragma once

#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

// First in such a test, or in what only such tests call.
static inline void of_sqlite(const char *why)
{
	if (!stored_is_pg())
		return;
	printf("of SQLite alone: %s\n", why);
	skip();
}

// First in the main of a file whose n tests are all that: true when there is nothing to run.
MUST_USE static inline bool are_of_sqlite(size_t n, const char *why)
{
	if (!stored_is_pg())
		return false;
	for (size_t i = 0; i < n; i++)
		printf("of SQLite alone: %s\n[  SKIPPED ] one of this file\n", why);
	return true;
}
