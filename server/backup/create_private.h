// SPDX-License-Identifier: MIT
// A backup while it is made.
#pragma once

#include "server/backup/create.h"
#include "server/backup/part.h"
#include "server/store/store.h"

struct making {
	const struct backup_order *order;
	char *folder; // unfinished
	struct backup_manifest *made;
	char *older_folder; // of the newest one before it, or NULL
	struct backup_manifest older;
	size_t n_linked;
};

// Takes a file in, linked or copied; one that is not there is passed over. False with words in
// *error.
MUST_USE bool making_add(struct making *k, const char *name, const char *path, char **error);
// The database and the sums of its pages. `copy` stands in the backup already, unless that
// is to be sealed.
MUST_USE bool making_add_database(struct making *k, const char *copy, char **error);
