// SPDX-License-Identifier: MIT
// The parts of a backup, out of their folder and their seal.
#pragma once

#include "common/attr.h"
#include "server/backup/manifest.h"

// Writes every file that the manifest names into the folder `target`, under its plain name and
// with its folders, modes 0600 and 0700, all synced; `pages` stays behind. What is written has
// the size and the sum of the manifest, else it fails: what was verified is what is unpacked.
// `target` is there and has none of the files: nothing is overwritten. `secret` opens a sealed
// backup; NULL for one that is not.
// False with words in *error (the caller's); what was written until then is the caller's to
// take away (unpack_remove).
MUST_USE bool unpack_backup(const char *dir, const struct backup_manifest *m,
			    const struct seal_secret *secret, const char *target, char **error);
// Removes a folder with all that is in it; of a link only the link. False with errno.
bool unpack_remove(const char *folder);
