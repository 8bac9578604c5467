// SPDX-License-Identifier: MIT
// What must stand in the state directory before it is used. Nothing is made to make up for
// what is missing: words name the file and the line that mends it.
#pragma once

#include "server/config.h"
#include "server/letters/admin.h"
#include "server/paths.h"

// The directory itself: ADMIN_DONE, ADMIN_NOT_FOUND, ADMIN_DENIED to this user, or
// ADMIN_CONFLICT where init did not come to its end.
MUST_USE enum admin_code state_check_folder(const struct paths *p, struct buf *words);
// Whether something stands in a write-ahead log. Without its database it is not to be
// touched: SQLite would take it away, and it may hold what was said.
MUST_USE bool state_has_log(const struct paths *p);
// A database that this user can use: ADMIN_DONE, ADMIN_NOT_FOUND when there is none,
// ADMIN_DENIED when it may not, or ADMIN_FAILED; with words.
MUST_USE enum admin_code state_check_database(const struct paths *p, struct buf *words);
// Certificate and key.
MUST_USE enum admin_code state_check_key(const struct paths *p, const struct config *c,
					 struct buf *words);
// That others cannot get at what only the server may: nobody else enters the directory, nobody
// writes the configuration, nobody but a group reads the key. ADMIN_DONE, or ADMIN_FAILED with
// words.
MUST_USE enum admin_code state_check_modes(const struct paths *p, const struct config *c,
					   struct buf *words);
