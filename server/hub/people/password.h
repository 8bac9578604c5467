// SPDX-License-Identifier: MIT
// What a password that a person chose must be like (SECURITY A9). Pure; any thread.
#pragma once

#include "common/span.h"

// NULL when it will do, else in words what is wrong with it. name: of the account.
MUST_USE const char *password_fault(struct span password, struct span name);
// The same of an administrator, whose names and whose server's are known to whoever guesses:
// what they make up of it does not count.
MUST_USE const char *password_fault_of_admin(struct span password, struct span name,
					     struct span server);
