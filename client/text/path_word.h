// SPDX-License-Identifier: MIT
// A path as it is typed, or as a terminal writes it when a file is dropped on it: in quotes,
// with backslashes, as file://.
//
// Pure.
#pragma once

#include "common/buf.h"

// Takes the first word off *rest, as a shell would read it, and the blanks behind it; its bytes
// are appended. False: there is none, or its quotes do not end.
MUST_USE bool path_word(struct span *rest, struct buf *path);
