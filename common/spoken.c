// SPDX-License-Identifier: MIT
// A terminal speaks English.
#include "common/spoken.h"

const char *spoken(const char *english)
{
	return english;
}
