// SPDX-License-Identifier: MIT
// Small words for JSON of other programs: what is absent or of another kind is absent.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <jansson.h>

// Borrowed; at NULL when there is no such text, or it is empty.
MUST_USE struct span ergo_text(const json_t *object, const char *key);
// The same, of any value.
MUST_USE struct span ergo_string(const json_t *value);
// 0 to INT32_MAX; 0 when there is no such number.
MUST_USE int64_t ergo_count(const json_t *object, const char *key);
// The JSON that stands in a text; NULL when it is none. The caller's.
MUST_USE json_t *ergo_parse(struct span text);
