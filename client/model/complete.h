// SPDX-License-Identifier: MIT
// What a half-typed word may become: a nick, a #room, a /command, an :emoji.
//
// Pure; one thread.
#pragma once

#include "client/model/model.h"

#define COMPLETIONS_MAX 50

struct completion {
	size_t start; // first byte of the word
	char **items; // owned, best first, with what follows the word (": ", " ")
	size_t count;
};

// `words` are command names without the slash. The cursor is a byte offset in text.
void complete(const struct model *m, const struct target *t, struct span text, size_t cursor,
	      const char *const *words, size_t n_words, struct completion *out);
void completion_clear(struct completion *c);
// How well `pattern`'s letters stand in `text` in this order; -1: they do not.
MUST_USE int fuzzy_score(struct span pattern, struct span text);
