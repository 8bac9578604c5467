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
	CHILD_STARTER = 4, // who starts them: what it may not, they may not
	CHILD_BEGINS =
		8, // the errand until it has its own walls: of the starter that starts it
	CHILD_ANY = CHILD_ERRAND | CHILD_STARTER,
	CHILD_STARTER_OF_ERRAND = CHILD_STARTER | CHILD_BEGINS | CHILD_ERRAND,
};

enum child_code {
	CHILD_DONE = 0,    // snugd has hung up
	CHILD_ALONE = 2,   // started by somebody else than snugd
	CHILD_GARBAGE = 3, // what came was no letter, or the words that it was called with none
};

// The answer to what came. False: it was no letter.
MUST_USE bool child_answer(struct span bytes, uint32_t walls, struct beside_letter *answer);
// False, and it is said, when somebody else than snugd started it.
MUST_USE bool child_is_called(const char *name);
