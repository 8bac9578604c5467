// SPDX-License-Identifier: MIT
// The search index: a row of the table `word` for each word of each message below the boundary
// (chore.h), by the tokenizer of SQLite, so that both engines find the same.
//
// Outside the commit of messages, which it would make half as fast. The writer's thread.
#pragma once

#include "server/store/engine.h"

// A longer word stands there by its first bytes: an entry of an index has a bound.
#define PG_WORD_BYTES 256

// As it stands in the table.
MUST_USE struct span pg_word_cut(struct span word);

// Of struct store_engine: forget_words.
MUST_USE enum db_code pg_forget_words(struct store *s, message_id id);
// One step of some milliseconds, in a transaction of the engine: words that wait, messages that
// are kept no longer. True while there is more; s->failed when nothing must be touched.
bool pg_tidy_step(struct store *s);
// One of messages that are kept no longer alone, where there are some (s->expiring). False: it
// was not done.
bool pg_removal_step(struct store *s);
// How long nothing may come before a step; -1: none is so urgent.
MUST_USE int pg_tidy_after_ms(const struct store *s);
// Whether pg_tidy_step has something to do, or (is_clean of struct store_engine) removed
// messages wait for it.
MUST_USE bool pg_has_to_tidy(const struct store *s);
MUST_USE bool pg_is_clean(const struct store *s);
