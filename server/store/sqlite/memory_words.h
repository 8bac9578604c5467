// SPDX-License-Identifier: MIT
// Words in memory, by the tokenizer that every engine has: FTS5's unicode61.
//
// Only files of server/store see this.
#pragma once

#include "server/store/sql.h"

// As `words` in engine.h.
MUST_USE bool memory_words_open(struct sql *out, char **error);
