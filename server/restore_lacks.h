// SPDX-License-Identifier: MIT
// What a state would lack once a backup is in its place: keys that no backup has, or that this
// one was made without. Any process without a server, or beside one; nothing is written.
#pragma once

#include "server/paths.h"
#include "server/store/store.h"

// `folder` is what the backup was unpacked to, not yet in place. Each thing that is missing is
// a row of kind "lacks": the file, and what that means.
void restore_lacks(const struct paths *p, const char *folder, store_taken_fn *on_row,
		   void *arg);
