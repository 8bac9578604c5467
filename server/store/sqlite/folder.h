// SPDX-License-Identifier: MIT
// What lies beside a database in its folder: the lock, the ballast; and the space there is.
//
// Only files of server/store/sqlite see this.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stdint.h>

// DIR/lock of the database `path`: its descriptor, locked; -1 with words in *error.
MUST_USE int folder_lock(const char *path, char **error);
MUST_USE bool folder_is_locked(const char *path);

// DIR/ballast: space kept to get through a full disk with.
void ballast_keep(const char *path);
// Gives it back to the file system. False when there was none.
bool ballast_release(const char *path);
// Free bytes of the file system, INT64_MAX when it cannot tell.
MUST_USE int64_t free_space(const char *path);
// Bytes of the whole file system, 0 when it cannot tell.
MUST_USE int64_t disk_size(const char *path);
