// SPDX-License-Identifier: MIT
// All rows of a store, copied to another: from any engine to any engine, as tables.def has
// them.
//
// They are read in one transaction of a handle that only reads, so beside whoever writes; and
// are put a few thousand at a time, so nothing is ever whole in memory. What was read is
// counted and summed up, and compared with what can be read of the copy. Only files of
// server/store see this.
#pragma once

#include "server/store/engine.h"

// As store_backup, of a database that no engine can back up by itself.
MUST_USE bool copy_backup(const char *from, const char *file, char **error);
