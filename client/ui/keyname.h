// SPDX-License-Identifier: MIT
// Keys by the names that the configuration has for them.
#pragma once

#include "client/ui/input.h"

// "C-a", "M-Enter", "F1", "S-Tab", "M-C-x", "a". False when it names no key.
MUST_USE bool key_parse(struct span name, struct keypress *key);
MUST_USE bool key_eq(struct keypress a, struct keypress b);
