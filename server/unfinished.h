// SPDX-License-Identifier: MIT
// A mark in the state directory for as long as `init` is at work: what stands there then is
// nobody's yet. Of a mark without a process nothing was handed out, so the next init takes away
// what it stands for and begins anew; nothing else uses such a directory.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "server/paths.h"

// Whether init was cut short there, or is at work.
MUST_USE bool unfinished_is_there(const struct paths *p);
// Marks the directory, after what an earlier init left is taken away: then *had_left. A
// descriptor, which is the lock; -1 with words in *error.
MUST_USE int unfinished_begin(const struct paths *p, bool only_database, bool *had_left,
			      struct buf *error);
// All is there: takes the mark away, safely. False with errno.
MUST_USE bool unfinished_end(const struct paths *p, int mark);
// Takes away what was made, and the mark.
void unfinished_undo(const struct paths *p, bool only_database, int mark);
