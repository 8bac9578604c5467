// SPDX-License-Identifier: MIT
// The way of a path through symbolic links: a file that is renewed by linking another one in
// its place, or the folder, is found again by it.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// `name` is looked up in `folder`, which itself may go through links. is_end: it is the file,
// or a link to it; else it is a link among the folders. Both are borrowed for the call.
typedef void link_step_fn(void *arg, const char *folder, const char *name, bool is_end);

// Calls for each link on the way of the absolute `path`, and for the file behind the last one,
// whether it is there or not.
void links_walk(const char *path, link_step_fn *fn, void *arg);
