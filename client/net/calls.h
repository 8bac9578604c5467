// SPDX-License-Identifier: MIT
// Commands and their answers (IRCv3 labeled-response): who asked gets the lines.
//
// Without that capability a PING is sent behind the command, and what comes before its
// PONG is offered to the oldest open call, as "not sure". Owner: the client's one thread.
#pragma once

#include "client/net/uplink.h"

enum call_end {
	CALL_DONE, // the server has said all it will
	CALL_LOST, // the connection ended before: the command may have been carried out
};

struct call_fns {
	void *arg;
	bool is_private; // the answer is for nobody else, see calls_is_private
	// One line of the answer. `is_sure`: the server says that it is. May be NULL. The
	// session must not be ended inside.
	void (*on_line)(void *arg, const struct msg *m, bool is_sure);
	// Once, at the end; the call is gone by then. May be NULL.
	void (*on_end)(void *arg, enum call_end end);
};

struct calls;

MUST_USE struct calls *calls_new(struct uplink *s);
// Open calls end without a word.
void calls_free(struct calls *c);
// Sends `line` with the tags ("a=b;c", or empty; left out where the server takes none).
// The number is never 0. Only while online.
uint64_t calls_send(struct calls *c, struct span tags, struct span line,
		    const struct call_fns *fns);
// Nobody wants the answer any more. Harmless when it came already.
void calls_cancel(struct calls *c, uint64_t number);
// The label is that of this call.
MUST_USE bool calls_is_label(uint64_t number, struct span label);
// The line belongs to a private call for sure: the model has no business with it.
MUST_USE bool calls_is_private(struct calls *c, const struct msg *m);
// Every line from the server. True when the line belongs to a call for sure.
bool calls_take(struct calls *c, const struct msg *m);
// The connection is gone: every open call ends CALL_LOST.
void calls_lost(struct calls *c);
// When the oldest open call was sent (monotonic ms), 0 when none is open.
MUST_USE int64_t calls_waiting_since(const struct calls *c);
