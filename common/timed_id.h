// SPDX-License-Identifier: MIT
// Ids of `snug.chat/id` that carry their time: "t", 13 digits of Unix time in ms, ".", and
// what makes them unique. A server looks for one in its store only when it could be there.
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdbool.h>
#include <stdint.h>

#define TIMED_ID_HEAD 15 // characters before what is unique

// The time that it carries. False: it carries none.
MUST_USE bool timed_id_parse(struct span id, int64_t *at_ms);
// Writes the head and a NUL. Times that have not 13 digits are clamped.
void timed_id_head(int64_t at_ms, char out[static TIMED_ID_HEAD + 1]);
