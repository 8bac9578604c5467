// SPDX-License-Identifier: MIT
// Where copies of the database were written: folders in which backups were made, and files. So
// whoever erases a person hears where they still are.
//
// The file `backups` of the state directory, each path with a NUL behind it, the last used
// last. It is no promise: what was carried on by other means nobody knows.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// Remembers the folder `folder`, which is there, or with `name` the file of it. What is not
// there any more is forgotten, and of more than 64 the oldest. False with words in
// *error (the caller's). Any process that may write the state; several wait for one another.
MUST_USE bool places_note(const char *state, const char *folder, const char *name,
			  char **error);

// The path is valid during the call.
typedef void places_fn(void *arg, const char *path);
void places_each(const char *state, places_fn *fn, void *arg);
