// SPDX-License-Identifier: MIT
// Folders of files: walked, synced, made under a name that says they are not finished.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <sys/stat.h>

// Behind the name of a folder that is being made, or taken away.
#define FOLDER_UNFINISHED ".unfinished"

// What is no folder, by its path inside. Nothing is followed. False with words in *error
// (the caller's) ends the walk.
typedef bool folder_fn(void *arg, const char *name, const struct stat *about, char **error);
// In the order of names. False with words in *error.
MUST_USE bool folder_each(const char *folder, folder_fn *fn, void *arg, char **error);
// Syncs the folder and those in it; not the files. False with words in *error.
MUST_USE bool folder_sync(const char *folder, char **error);
// The folder that holds `path`. The caller frees.
MUST_USE char *folder_of(const char *path);

// An empty folder of this name, locked while the descriptor is open; what an attempt that
// was cut short left there is taken away. -1 with words in *error, also while another
// process has it.
MUST_USE int folder_begin(const char *path, char **error);
// Whether it is left of an attempt that was cut short: locks it, as above; else -1.
MUST_USE int folder_take(const char *path);
// Synced, and renamed to `name`, which is not there. False with words in *error.
MUST_USE bool folder_finish(const char *path, const char *name, char **error);
