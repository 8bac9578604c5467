// SPDX-License-Identifier: MIT
// Included before a file in which conditions were drawn: each asks here for its answer.
#pragma once

#include <stdbool.h>

// What was `asked`; but `other` when the environment's MUTANT is k.
bool mutant(int k, bool other, bool asked);
