// SPDX-License-Identifier: MIT
// Skips: what is left out when a client that cannot ask missed more of a room than it is shown
// at a login: the oldest; it is told how many, and how they are read.
//
// Owner: the session's replay; main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/hub/state/session.h"

struct skips {
	struct skip {
		stream_id stream;
		message_id upto; // all up to here is left out
	} * at;
	size_t n;
};

// The question of what is to be left out of all that came after `upto`. NULL: nothing is.
MUST_USE struct query *skips_ask(struct session *s, message_id upto);
// Takes its answer, and tells the session what it leaves out.
void skips_take(struct skips *all, struct session *s, const struct rows *rows);
// 0: nothing of the stream.
MUST_USE message_id skips_upto(const struct skips *all, stream_id stream);
// Asks q for nothing of it.
void skips_apply(const struct skips *all, struct query *q);
void skips_clear(struct skips *all);
