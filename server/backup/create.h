// SPDX-License-Identifier: MIT
// A backup is made: beside a running server or without one.
//
// 1. It is made in "DIR.unfinished", synced, and renamed when it is whole: what is called
//    DIR was whole. An attempt that was cut short is cleared away by the next one, or by a
//    prune.
// 2. The database is of one moment and was checked after it was copied; the sums are of
//    what was checked. Files are copied after it, so that all that it speaks of is there.
// 3. What is to be sealed is nowhere outside the state directory before it is.
// Any thread, but never the hub's.
#pragma once

#include "common/attr.h"
#include "server/backup/manifest.h"

// What goes in beside the database, if it is there.
struct backup_source {
	const char *name; // manifest_is_name
	const char *path;
};

struct backup_order {
	const char *state;    // the directory
	const char *database; // in it
	const struct backup_source *sources;
	size_t n_sources;
	bool is_incremental;            // what did not change is a link to the newest one's
	const struct seal_public *seal; // for whom; NULL: not sealed
};

// Makes the folder `dir`, which is not there. *made is what stands in its manifest (the
// caller's to clear, in any case), *n_linked how many of its files are links. False with
// words in *error (the caller's).
MUST_USE bool backup_create(const struct backup_order *order, const char *dir,
			    struct backup_manifest *made, size_t *n_linked, char **error);
