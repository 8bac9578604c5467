// SPDX-License-Identifier: MIT
// What a backup was unpacked to, loaded by the hub as at the start of a server, and logged in
// to as far as that can be without a secret. Nothing is written. Any process without a server.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

// Of the folder, with database and configuration: a backup_look_fn (backup/verify.h).
MUST_USE bool backup_is_served(const char *folder, struct buf *found);
