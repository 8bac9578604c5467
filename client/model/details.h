// SPDX-License-Identifier: MIT
// What is known of one message beside its text: who reacted, how it read before it was edited.
//
// Pure.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

enum detail_kind {
	DETAIL_AUTHOR,
	DETAIL_TIME, // at_ms alone
	DETAIL_ID,
	DETAIL_REACTION, // the text is its sign, and who reacted so
	DETAIL_WORDING,  // of an edited message, the first one and each later one, oldest first
	DETAIL_MISSING,  // what was said behind it is not all loaded: edits may be missing
};

struct detail {
	enum detail_kind kind;
	int64_t at_ms; // when it was said, or so worded
	size_t count;  // of DETAIL_REACTION, how many
	struct span sign;
	struct span text;
};

typedef void detail_fn(void *arg, const struct detail *d);

// Tells each, in the order above. Spans are borrowed for the call.
void details_of(const struct model *m, const struct target *t, const struct log_line *l,
		detail_fn *tell, void *arg);
// The hole right behind the message, where its newest edit may be, or NULL.
MUST_USE struct log_line *details_hole(const struct target *t, const struct log_line *l);
