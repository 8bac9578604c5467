// SPDX-License-Identifier: MIT
// A row of an answer as an object of JSON: what --json prints, and who asks over the wire gets.
#pragma once

#include "server/letters/admin.h"

#include <jansson.h>

// {"column": value, ...}; times as text, null for never. The caller's.
MUST_USE json_t *admin_answer_row(const struct admin_answer *a, size_t row);
// What an answer says beside its rows, into `object`: whether anything changed, what was made,
// and the link for a browser, where it says so.
void admin_answer_made(const struct admin_answer *a, json_t *object);
