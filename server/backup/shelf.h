// SPDX-License-Identifier: MIT
// The backups beside one another in one folder: listed, and the older ones taken away.
#pragma once

#include "common/attr.h"
#include "server/backup/manifest.h"

enum shelf_state {
	SHELF_COMPLETE,   // every file is there, with its size: its sums were not looked at
	SHELF_WHOLE,      // ... and its sum
	SHELF_DAMAGED,    // why says how
	SHELF_UNFINISHED, // it was cut short
	SHELF_BUSY,       // it is being made
};

struct shelf_row {
	char *name;
	struct backup_manifest manifest; // empty when it cannot be read
	enum shelf_state state;
	char *why;       // words, or NULL
	bool is_removed; // by shelf_prune
};

struct shelf {
	char *folder;
	struct shelf_row *rows; // oldest first; what has no manifest before them
	size_t n_rows, rows_space;
};

// What is in the folder and looks like a backup, whole or not; other things are passed over.
// False with words in *error (the caller's); *s is to be cleared in any case.
MUST_USE bool shelf_read(struct shelf *s, const char *folder, char **error);
void shelf_clear(struct shelf *s);
// Takes away what is older than the `keep` (1 or more) newest whole ones, each of which is
// read and summed now, and what was cut short; where fewer are whole, no backup. is_removed
// says which, and with is_dry_run would be. False with words in *error: the rest stands.
MUST_USE bool shelf_prune(struct shelf *s, size_t keep, bool is_dry_run, char **error);
// The newest backup beside `dir`, with its manifest in *m (the caller's to clear): its
// path, which the caller frees. NULL: there is none.
MUST_USE char *shelf_newest(const char *dir, struct backup_manifest *m);
