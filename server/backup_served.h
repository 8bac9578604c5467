// SPDX-License-Identifier: MIT
// What a backup was unpacked to, loaded by the hub as at the start of a server, and logged in
// to as far as that can be without a secret. Nothing is written. Any process without a server.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "server/paths.h"

// Of the folder, with database and configuration: a backup_look_fn (backup/verify.h).
MUST_USE bool backup_is_served(const char *folder, struct buf *found);
// How many second factors of the folder's database the key of that state does not open; 0 where
// the hub does not load it.
MUST_USE size_t backup_sealed_factors(const char *folder, const struct paths *keys);
