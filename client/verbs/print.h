// SPDX-License-Identifier: MIT
// What the verbs print: texts of others never reach the terminal as they came.
//
// Main thread.
#pragma once

#include "common/attr.h"
#include "common/json.h"

#include <stdio.h>

// The words, made harmless (client/text/filter.h: LF is kept), and LF.
PRINTF(2, 3) void print_words(FILE *to, const char *format, ...);
// One line of JSON on stdout, which is out when this returns.
void print_json(const json_t *value);
