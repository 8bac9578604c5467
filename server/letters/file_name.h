// SPDX-License-Identifier: MIT
// Names of files, as whoever sent them says: made harmless, for whoever saves them.
// Pure; any thread.
#pragma once

#include "common/buf.h"
#include "server/letters/limits.h"

// Appends a name of 1 to FILE_NAME_MAX bytes of UTF-8: nothing in it that is not seen, or turns
// how its neighbours are read, no '/' nor '\', no '.' at its beginning, no blank at either end.
// What may not stand in it becomes '_'. Of one that is too long its ending is kept ("….png");
// where nothing is left it is "file". A clean name comes back as it is.
void file_name_clean(struct span name, struct buf *out);
