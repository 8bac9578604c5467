// SPDX-License-Identifier: MIT
// What snug says in a terminal of what its core knows by ids: full screen, lines and verbs
// alike.
//
// Pure.
#pragma once

#include "client/sync/words.h"

extern const struct words terminal_words;
