// SPDX-License-Identifier: MIT
// What the page says (client/sync/words.h): its table of texts says it, in the user's language.
#pragma once

#include "client/sync/words.h"

// "KEY" of FAILURE_KEY: how the page's table of texts has it.
MUST_USE const char *page_failure_name(enum failure failure);
extern const struct words page_words_table;
