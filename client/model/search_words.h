// SPDX-License-Identifier: MIT
// What is searched for, as it is typed: "from:bob in:#lounge cake".
//
// Pure.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct search_words {
	struct buf text;         // what is left, with single blanks
	const struct target *in; // NULL: everywhere
	struct span from; // a name, borrowed of what was typed or of the model; "": anybody
	const struct person *who; // that it is, or NULL: nobody of that name is known here
};

// False: a name is missing or is that of no room or conversation here; `why` says which.
// Cleared by search_words_clear in either case.
MUST_USE bool search_words_parse(struct search_words *w, struct model *m, struct span typed,
				 struct buf *why);
void search_words_clear(struct search_words *w);
// The line that asks the server for what was typed. False: it is not asked. `say` has what is
// to be said of either.
MUST_USE bool search_words_ask(struct model *m, struct span typed, struct buf *line,
			       struct buf *say);
// The line is among what is searched for, wherever it stands.
MUST_USE bool search_words_fit(const struct search_words *w, const struct log_line *l);
// Begins with from: or in:, so that a name belongs behind it; its length, 0: neither.
MUST_USE size_t search_words_key(struct span word);
