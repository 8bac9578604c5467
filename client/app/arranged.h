// SPDX-License-Identifier: MIT
// What the user arranged, kept between runs: muted and pinned targets, what alerts, and what a
// face remembers of itself (STATE/PROFILE/layout).
//
// Watches the model: a target that comes is as it was left, one that is arranged anew is
// written. Owner: the client's one thread.
#pragma once

#include "client/model/model.h"

struct arranged;

// The model is borrowed until arranged_free. The targets that are there are as they were left.
MUST_USE struct arranged *arranged_new(struct model *m, const char *file);
void arranged_free(struct arranged *a);
// By a key that begins with a dot, as no target's name does: words, or none.
void arranged_keep(struct arranged *a, struct span key, struct span words);
// Borrowed; NULL when nothing is kept.
MUST_USE const char *arranged_find(const struct arranged *a, struct span key);
