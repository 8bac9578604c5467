// SPDX-License-Identifier: MIT
// The chain of the audit log: a row of audit_link and one of audit_salt for each entry.
//
// words = BLAKE2b-256, keyed by the salt, of actor, uid, detail and reason, each as
//         LENGTH:BYTES, and of the number of whom it is about
// hash  = BLAKE2b-256 of the hash before it (first of all: 32 zeros), of words, and of
//         "ID AT_MS ROOM VERB"
// Salts are 32 random bytes. Where something is erased of an entry its salt goes: nothing can
// be guessed from `words` then, and the chain holds. That an erasing did so, an entry behind
// them says (VERB_ERASED): of which entries. Only files of server/store see this.
#pragma once

#include "server/store/db.h"

// Links the entry of that number, the newest, to those before it, and gives its hash; inside a
// transaction. An sqlite result code.
MUST_USE int chain_add(sqlite3 *db, int64_t id, uint8_t hash[static CHAIN_LEN]);
// Has the database a chain? Older schemas have none.
MUST_USE bool chain_is_there(sqlite3 *db);
// The newest hash; zeros: there is none. An sqlite result code.
MUST_USE int chain_head(sqlite3 *db, uint8_t out[static CHAIN_LEN]);
