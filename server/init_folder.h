// SPDX-License-Identifier: MIT
// The state directory before there is anything in it, and whose it is. Words go to stderr.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// With its parents, which keep the usual modes. *made: it was not there. False with errno.
MUST_USE bool init_folder_make(const char *path, bool *made);
// The process becomes the user whose it will be: `named`, or, NULL, whose it is.
MUST_USE bool init_folder_settle(const char *state, const char *named);
