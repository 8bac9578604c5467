// SPDX-License-Identifier: MIT
// Words for what went wrong with a backup, for whoever asked.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// printf into a fresh *error (the caller's), instead of what stood there. Gives false.
PRINTF(2, 3) bool failed(char **error, const char *format, ...);
// "cannot WHAT PATH: why", after errno. Gives false.
bool failed_at(char **error, const char *what, const char *path);
