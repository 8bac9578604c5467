// SPDX-License-Identifier: MIT
// A stored message as a JSON object: id, time, seq (of messages), kind (its command), from,
// text, tags, and of a removed one redacted, redacted_by, redacted_reason; what is empty is
// left out, but text. Pure.
#pragma once

#include "common/json.h"
#include "server/letters/entry.h"

// The caller's (json_decref).
MUST_USE json_t *message_json(const struct entry_message *m);
// Members of an object: a text; an id and a time as they are written everywhere, 0: left out.
void json_set_text(json_t *object, const char *key, struct span text);
void json_set_id(json_t *object, const char *key, message_id id);
void json_set_time(json_t *object, const char *key, int64_t wall_ms);
