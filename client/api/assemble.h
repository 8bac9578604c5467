// SPDX-License-Identifier: MIT
// Messages of many lines (draft/multiline): put together again from their batch.
//
// For those who look at lines and not at the model. Owner: whoever embeds it.
#pragma once

#include "common/buf.h"
#include "common/msg.h"

struct assembly {
	char *ref; // of the batch that is open, or NULL
	char *tags, *source, *target;
	bool is_notice;
	bool has_line;
	struct buf text;
	struct msg whole; // points into the above
};

void assembly_clear(struct assembly *a);
// The message to look at: m itself, a whole one that m ended (borrowed until the next
// call), or NULL when m is part of one.
MUST_USE const struct msg *assembly_take(struct assembly *a, const struct msg *m);
