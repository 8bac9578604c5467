// SPDX-License-Identifier: MIT
// One IRC message, parsed: RFC 1459 2.3.1 as amended by IRCv3 message-tags.
//
// Pure: no allocation, no globals; the spans borrow from the line. Any thread.
#pragma once

#include "common/buf.h"
#include "common/span.h"

#define MSG_PARAMS_MAX 15

struct msg {
	struct span tags;    // without '@', "" if none
	struct span source;  // without ':', "" if none
	struct span command; // as received, never empty
	struct span params[MSG_PARAMS_MAX];
	size_t n_params;
};

enum msg_result {
	MSG_OK,
	MSG_EMPTY,       // nothing but spaces: ignore
	MSG_NO_COMMAND,  // tags or a source without a command
	MSG_BAD_COMMAND, // not letters, and not three digits
	MSG_TOO_MANY,    // over MSG_PARAMS_MAX parameters
};

// `line` comes from frame_next().
MUST_USE enum msg_result msg_parse(struct msg *m, struct span line);
// Parameter i, or "" past the end.
MUST_USE struct span msg_param(const struct msg *m, size_t i);
// Takes the next tag off *tags; value is raw (escaped). False at the end. Keys that are
// not of the tag grammar are skipped. A repeated key: the last one counts (use msg_tag).
MUST_USE bool msg_tag_next(struct span *tags, struct span *key, struct span *value);
// The raw value of the last tag named `key`; false if there is none.
MUST_USE bool msg_tag(const struct msg *m, struct span key, struct span *value);
// Tag value escaping of IRCv3 message-tags.
void msg_tag_escape(struct buf *out, struct span value);
void msg_tag_unescape(struct buf *out, struct span value);
