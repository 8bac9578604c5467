// SPDX-License-Identifier: MIT
// What the programs beside snugd have in common: walls first, then letters until there are no
// more.
//
// Such a program has one descriptor that leads anywhere, its end of the socketpair as
// standard input, and holds nothing that snugd holds. It never sees the database.
#pragma once

#include "server/beside/beside_letter.h"

enum child_role {
	CHILD_ERRAND = 1,
	CHILD_DOOR = 2,
	CHILD_STARTER = 4, // who starts them: what it may not, they may not
	CHILD_ANY = CHILD_ERRAND | CHILD_DOOR | CHILD_STARTER,
};

enum child_code {
	CHILD_DONE = 0,    // snugd has hung up
	CHILD_ALONE = 2,   // started by somebody else than snugd
	CHILD_GARBAGE = 3, // what came was no letter
};

// The answer to what came. False: it was no letter.
MUST_USE bool child_answer(struct span bytes, uint32_t walls, struct beside_letter *answer);
// Returns the exit code when the conversation is over.
MUST_USE enum child_code child_run(const char *name, enum child_role role);
