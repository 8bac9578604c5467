// SPDX-License-Identifier: MIT
// One value of a configuration row. Inside of common/conf.c only; others use conf.h.
#pragma once

#include "common/conf.h"

// Sets the row's field in `out`; a list gains an item. False, and what was wrong
// appended to `why`, when the text is no value of the row; then nothing is set.
MUST_USE bool conf_set(const struct conf_row *row, void *out, struct span text,
		       struct buf *why);
// Frees the row's text or list.
void conf_unset(const struct conf_row *row, void *out);
