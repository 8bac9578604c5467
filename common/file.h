// SPDX-License-Identifier: MIT
// Files that are written whole or not at all.
#pragma once

#include "common/span.h"

#include <sys/types.h>

// Writes all of it, by as many writes as that takes. False and errno.
MUST_USE bool file_write(int fd, struct span bytes);
// Puts a file of these bytes and this mode at the path, where another may have been: by a
// temporary file beside it, fsync, rename, fsync of the folder. False and errno: what was there
// is there, and nothing else.
MUST_USE bool file_put(const char *path, struct span bytes, mode_t mode);
