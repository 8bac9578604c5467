// SPDX-License-Identifier: MIT
// The database on disk: one file, one process, one writing handle.
//
// An open store holds DIR/lock, so that no second process opens it, and the one handle
// that may write and checkpoint. Everything else reads by handles of its own (reader.h,
// backup.h). The schema is brought up to date when it opens (db/README.md).
// Owner: the thread that opened it, until writer_start; then the writer thread, until
// writer_stop.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stdint.h>

enum store_durability {
	STORE_FULL,   // a commit is on disk when it returns
	STORE_NORMAL, // a power cut may take the last commits; a crash of the process not
};

struct store;

// Opens the database file `path`, or creates it. NULL with words in *error (the caller
// frees them) when another process holds it, when it was written by a newer program, is
// damaged, or cannot be read. After a crash it is checked page by page (up to 1 GiB).
MUST_USE struct store *store_open(const char *path, enum store_durability durability,
				  char **error);
// Tidies for half a second at most, checkpoints, closes and unlocks. NULL is accepted.
void store_close(struct store *s);
// Whether some process has the store of this path open now. Takes no lock itself.
MUST_USE bool store_is_locked(const char *path);
// Reads every page (0.2 s for a million messages). False with words in *error when the
// file is damaged.
MUST_USE bool store_quick_check(struct store *s, char **error);
// Below so many free bytes the writer reports DISK_LOW. Before writer_start. 0: never.
void store_set_low_water(struct store *s, int64_t bytes);
// One bounded step of what can wait: checkpoints, words of removed messages out of the
// search index, messages of removed rooms, space back to the file system. True while
// there is more. The writer thread does this by itself when it has nothing else to do.
bool store_tidy(struct store *s);
