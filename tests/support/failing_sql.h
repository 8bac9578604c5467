// SPDX-License-Identifier: MIT
// SQLite that fails when the test says so: what a program linked with this opens, prepares,
// steps and executes by it passes through here.
//
// Owner: the test; one thread.
#pragma once

#include <stdbool.h>

// The n-th such call from now (1: the next) does nothing and gives the code. 0: none does.
void failing_sql_at(unsigned n, int code);
// It was reached.
bool failing_sql_has(void);
// What SQLite says that the system said last. 0: what it did.
void failing_sql_errno(int number);
