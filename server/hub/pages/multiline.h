// SPDX-License-Identifier: MIT
// draft/multiline: a batch of lines that is one message.
//
// Owner: session.multiline, from BATCH + to BATCH -; main thread.
#pragma once

#include "server/hub/pages/message.h"
#include "server/letters/limits.h"

struct part {
	size_t at, len; // in text
	bool concat;
};

struct multiline {
	char *ref, *target;
	struct buf tags, client_id, label, file;
	enum message_kind kind;
	struct buf text; // lines joined by LF, but for concatenated ones
	struct part parts[MULTILINE_LINES_MAX];
	size_t n_parts;
	bool failed; // told; what follows is swallowed
};

// BATCH +ref draft/multiline target: the batch of s from now on.
void multiline_open(struct session *s, const struct msg *m, struct span ref);
// Is the batch of this name open?
MUST_USE bool multiline_is(const struct session *s, struct span ref);
// Takes a PRIVMSG or NOTICE that stands in an open batch. False: it does not.
MUST_USE bool multiline_takes(struct session *s, const struct msg *m, enum message_kind kind);
// Anything else that stands in an open batch by its tag is refused, told once. False: it does
// not stand there, or may.
MUST_USE bool multiline_refuses(struct session *s, const struct msg *m);
// For the budget: is m a line of the open batch; what the end of that batch costs.
MUST_USE bool multiline_has(const struct session *s, const struct msg *m);
MUST_USE unsigned multiline_cost(const struct session *s, const struct msg *m);
void multiline_free(struct session *s);
// The open batch ends: it is the caller's to drop; NULL: it is no message (that was told).
MUST_USE struct multiline *multiline_end(struct session *s);
// The lines as they were sent, but none longer than fits into one. Borrowed from b.
void multiline_pieces(const struct session *s, const struct multiline *b, struct pieces *out);
void multiline_drop(struct multiline *b);
