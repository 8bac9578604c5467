// SPDX-License-Identifier: MIT
// Words of what went wrong. Only files of server/store see this.
#pragma once

#include "common/attr.h"

// printf into a fresh *error, of which the old one is freed. What an engine quotes may be
// damaged, and goes to a terminal: what cannot be printed becomes '?'.
PRINTF(2, 3) void error_words(char **error, const char *format, ...);
