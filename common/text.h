// SPDX-License-Identifier: MIT
// What may stand in a text that says something about people and rooms: topics, reasons, real
// names, away texts, metadata, labels, masks, keys. Messages are not judged by this.
//
// Nothing that hides, or changes how its neighbours are read (Unicode TR 36, 3.6): no control
// character, no bidirectional override, no isolate without its end, nothing of no width, no
// tags. U+200C and U+200D stand between two others, where scripts and emoji need them.
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

enum text_kind {
	TEXT_PLAIN,
	TEXT_STYLED, // with the formatting codes of IRC: bold, colour, ...
};

// False: it is no UTF-8, or *found may not stand in it (U+FFFD where it is no UTF-8).
MUST_USE bool text_is_fit(struct span text, enum text_kind kind, uint32_t *found);
