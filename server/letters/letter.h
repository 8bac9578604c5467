// SPDX-License-Identifier: MIT
// The kinds of letters. The receiver frees a letter with the function of its header.
#pragma once

#include "common/mailbox.h"

enum letter_kind {
	LETTER_INBOX,    // shard -> hub: what connections did in one turn
	LETTER_OUTBOX,   // hub -> shard: what connections get
	LETTER_JOURNAL,  // hub -> writer: what to store
	LETTER_DURABLE,  // writer -> hub: what is stored, and how the disk is
	LETTER_QUERY,    // hub -> reader
	LETTER_ROWS,     // reader -> hub
	LETTER_JOB,      // hub -> hasher
	LETTER_HASHED,   // hasher -> hub
	LETTER_ADMIN,    // server -> hub: a verb of the command line
	LETTER_ANSWER,   // hub -> server: its result
	LETTER_STOP,     // ends the receiving thread
	LETTER_SETTINGS, // server -> shard, hashers: what was reloaded
};

// Which thread may take the letter's memory: the one that holds it.
