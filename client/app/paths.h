// SPDX-License-Identifier: MIT
// Where the client keeps its files (XDG base directories, or one folder by --home), and
// how it reads and writes them: directories 0700, files 0600, whole or not at all.
//
// Owner: the client's one thread.
#pragma once

#include "common/buf.h"

#include <sys/types.h>

struct folders {
	char *config;  // settings, themes
	char *data;    // profiles
	char *state;   // outbox, drafts, input history
	char *cache;   // messages
	char *runtime; // sockets, locks
};

// From the environment, or below `home` when it is not NULL. Makes nothing.
void folders_init(struct folders *p, const char *home);
void folders_clear(struct folders *p);
// "FOLDER/a" or "FOLDER/a/b" (b may be NULL), owned by the caller.
MUST_USE char *path_join(const char *folder, const char *a, const char *b);
// Makes the directory and those above it, 0700. False and errno.
MUST_USE bool path_make_dir(const char *dir);
// NULL, or in words why others could read it or it is not ours; owned by the caller.
// A path that does not exist is fine.
MUST_USE char *path_check_private(const char *path);
// Appends the file's bytes. False and errno; files over 64 MiB are EFBIG.
MUST_USE bool path_read(const char *path, struct buf *out);
