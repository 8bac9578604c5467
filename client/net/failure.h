// SPDX-License-Identifier: MIT
// Why there is no connection (failure.def: one row each).
//
// Pure; any thread.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

enum failure {
#define FAILURE(name, retries) FAILURE_##name,
#include "client/net/failure.def"
#undef FAILURE
	FAILURES,
};

// The program tries again by itself.
MUST_USE bool failure_retries(enum failure f);
