// SPDX-License-Identifier: MIT
// What was said, as one JSON object: the stable form of `--json`, `pipe` and the socket
// (docs/snug.1). And that object as a line for people.
//
// Pure.
#pragma once

#include "common/buf.h"
#include "common/json.h"
#include "common/msg.h"

// {"v":1,"type":"message",…} of one line from the server, or NULL when it is nothing that
// is told. `nick` is ours; a mention is our name as a word, or a direct message.
// now_ms: wall time, for what the server gives none.
MUST_USE json_t *event_json(const struct msg *m, struct span nick, int64_t now_ms);
// "12:05 #lounge bob: text\n", made harmless for a terminal; nothing for what has no form.
void event_text(struct buf *out, const json_t *event, bool with_target);
