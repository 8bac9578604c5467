// SPDX-License-Identifier: MIT
// Words of a text, as the search index of SQLite has them: FTS5's unicode61, without the marks
// of letters. For an engine that keeps an index of its own and must find the same.
//
// Owner: one thread at a time.
#pragma once

#include "common/span.h"

struct tokens;

// Ends the process where SQLite has no FTS5.
MUST_USE struct tokens *tokens_new(void);
void tokens_free(struct tokens *t);

typedef void token_fn(void *arg, struct span word);

// Gives each word of the text, folded, in its order; valid during the call.
void tokens_each(struct tokens *t, struct span text, token_fn *fn, void *arg);
