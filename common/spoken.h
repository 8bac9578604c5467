// SPDX-License-Identifier: MIT
// A sentence of the client's core in the language of whoever reads it.
//
// The core writes its sentences in English, each as spoken("..."). A face has the table of
// another language, by the English sentence: client/web/page/texts/core_de.js. Each row has the
// same places in the same order (tests/lint/spoken.py), so that it takes the same arguments.
#pragma once

#include "common/attr.h"

// A sentence that stands in a table of constants; what shows it says spoken() of it.
#define SPOKEN(english) english

// The sentence, or the format of one, to be used at once: it stays until spoken() was called
// eight times more. English where there is no other. The thread of the face.
MUST_USE const char *spoken(const char *english) __attribute__((format_arg(1)));
