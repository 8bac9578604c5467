// SPDX-License-Identifier: MIT
// Words for what failed. Any thread.
#pragma once

#include "common/attr.h"

// printf into a fresh *error, which the caller frees; what was there is freed. Characters that
// a terminal would obey become question marks.
PRINTF(2, 3) void error_words(char **error, const char *format, ...);
