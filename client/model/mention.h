// SPDX-License-Identifier: MIT
// Does a text call us? Our nick or a keyword as a whole word, in any case.
//
// Pure; one thread.
#pragma once

#include "client/model/model.h"

// Direct messages always do.
MUST_USE bool mention_is(const struct model *m, const struct target *t, struct span text);
