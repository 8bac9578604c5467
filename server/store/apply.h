// SPDX-License-Identifier: MIT
// One entry of a journal as rows. Only files of server/store see this.
#pragma once

#include "server/store/engine.h"

// Inside a transaction; DB_OK or what failed. The transaction may fail yet.
MUST_USE enum db_code apply_entry(struct store *s, const struct entry *e);
