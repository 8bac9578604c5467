// SPDX-License-Identifier: MIT
// The kinds of letters, and chains of them, linked by next and ended by NULL.
//
// Owner of a letter: the thread that holds it.
#pragma once

#include "common/mailbox.h"

enum letter_kind {
	LETTER_INBOX,      // shard -> hub: what connections did in one turn
	LETTER_OUTBOX,     // hub -> shard: what connections get
	LETTER_JOURNAL,    // hub -> writer: what to store
	LETTER_DURABLE,    // writer -> hub: what is stored and applied, and how the disk is
	LETTER_QUERY,      // hub -> reader
	LETTER_ROWS,       // reader -> hub
	LETTER_JOB,        // hub -> hasher
	LETTER_HASHED,     // hasher -> hub
	LETTER_ADMIN,      // server -> hub: a verb of the command line
	LETTER_ANSWER,     // hub -> server: its result
	LETTER_FILING,     // shard -> files: a step of a file on its way
	LETTER_FILED,      // files -> shard: what became of it
	LETTER_REMOVE,     // hub -> files: these go
	LETTER_LIST,       // hub -> files: which are there?
	LETTER_LISTED,     // files -> hub: these
	LETTER_PUSH,       // hub -> server: to be carried out
	LETTER_PUSHED,     // server -> hub: what came of it
	LETTER_IDENTITY,   // hub -> server: who is it?
	LETTER_IDENTIFIED, // server -> hub: that is who, or why nobody
	LETTER_LEASE,      // store -> server: whose it is, while it waits for it
	LETTER_STOP,       // ends the receiving thread
	LETTER_SETTINGS,   // server -> shard, hashers: what was reloaded
};

// At the end of a chain.
void letter_add(struct letter **chain, struct letter *l);
// The first, off the chain; NULL when there is none.
MUST_USE struct letter *letter_take(struct letter **chain);
// By its kind; NULL is accepted. Not for LETTER_SETTINGS: what they hold their receiver
// alone knows.
void letter_free(struct letter *l);
// All that are left.
void letters_free(struct letter **chain);
