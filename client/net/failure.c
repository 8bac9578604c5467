// SPDX-License-Identifier: MIT
#include "client/net/failure.h"

static const bool retries[] = {
#define FAILURE(name, retries_) retries_,
#include "client/net/failure.def"
#undef FAILURE
};

bool failure_retries(enum failure f)
{
	return retries[f];
}
