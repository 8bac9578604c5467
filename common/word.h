// SPDX-License-Identifier: MIT
// Does a word stand in a text as a word of its own? In any case of letters, with any mark
// beside it ("bob's", "bob…", "@bob"), but not inside another word, a link or a mail address.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

// Both are valid UTF-8; other text holds no word. What is written without blanks (bobさん) is
// no part of a word in Latin letters.
MUST_USE bool word_stands_in(struct span text, struct span word);
// The text begins with the part, in any case of letters; all do with an empty one.
MUST_USE bool word_begins(struct span text, struct span part);
