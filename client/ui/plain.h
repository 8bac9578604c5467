// SPDX-License-Identifier: MIT
// Line mode: one finished line of text per event, for screen readers, serial lines,
// pipes and logs. No cursor movement, no colour, kernel line editing.
//
// Owner: the client's one thread.
#pragma once

#include "client/model/intent.h"
#include "common/buf.h"
#include "common/loop.h"

struct plain;

// Reads whole lines from fd_in (a line is intents.typed in the current target), writes
// to fd_out. Borrowed until plain_free.
MUST_USE struct plain *plain_new(struct loop *l, struct model *m, const struct intents *intents,
				 int fd_in, int fd_out);
void plain_free(struct plain *p);

// "12:05 #lounge bob: text\n": the text of one line, made harmless. `with_target` adds
// the target's name. For `snug tail` too.
void plain_line(struct buf *out, const struct model *m, const struct target *t,
		const struct log_line *l, bool with_target);
