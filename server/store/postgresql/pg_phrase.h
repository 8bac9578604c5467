// SPDX-License-Identifier: MIT
// What somebody looks for, as words of the index; and whether a text has it.
//
// What is between quotes, or is several words to the tokenizer, must stand side by side; the
// last of them may stand for all that begin so. What is no word at all (!?) is not asked for.
// Owner: whoever holds the struct.
#pragma once

#include "common/arena.h"
#include "server/letters/limits.h"
#include "server/store/sqlite/tokens.h"

struct pg_phrase {
	struct span *words;
	size_t n_words, space;
	bool is_prefix;
};

struct pg_wanted {
	struct pg_phrase phrases[SEARCH_WORDS_MAX];
	size_t n_phrases;
	struct arena arena; // the words
};

// `text`: as typed. The caller clears *w.
void pg_wanted_read(struct pg_wanted *w, struct tokens *tokens, struct span text);
// Whether the text has all of it.
MUST_USE bool pg_wanted_is_in(const struct pg_wanted *w, struct tokens *tokens,
			      struct span text);
void pg_wanted_clear(struct pg_wanted *w);
