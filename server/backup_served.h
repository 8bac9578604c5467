// SPDX-License-Identifier: MIT
// What a backup was unpacked to, loaded by the hub as at the start of a server, and logged in
// to as far as that can be without a secret. Nothing is written. Any process without a server.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "server/offline.h"
#include "server/paths.h"

// Of the folder, with database and configuration: a backup_look_fn (backup/verify.h).
MUST_USE bool backup_is_served(const char *folder, struct buf *found);
// What of the folder's database neither the keys of that state open, nor those of the folder
// that come where the state has none; 0 where the hub does not load it.
MUST_USE struct sealed backup_sealed(const char *folder, const struct paths *keys);
