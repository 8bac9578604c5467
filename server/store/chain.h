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

#include "server/store/sql.h"

// Links the newest entry, which was just added, to those before it, and gives its hash; inside
// a transaction. DB_OK or what failed. Statements of SQL_CHAIN_USER.
MUST_USE enum db_code chain_add(struct sql *s, uint8_t hash[static CHAIN_LEN]);
// The newest hash; zeros: there is none. DB_OK or what failed.
MUST_USE enum db_code chain_head(struct sql *s, uint8_t out[static CHAIN_LEN]);
