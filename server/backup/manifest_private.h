// SPDX-License-Identifier: MIT
// A manifest as JSON.
#pragma once

#include "server/backup/manifest.h"

#include "common/encode.h"

void manifest_encode(const struct backup_manifest *m, struct buf *out);
// False with words in *error; what is in *m then is the caller's to clear.
MUST_USE bool manifest_decode(struct span text, struct backup_manifest *m, char **error);
