// SPDX-License-Identifier: MIT
// Telling: an answer that may be long, made piece by piece as its reader takes it and pays for
// it, so that it is never whole in memory and no turn is longer than a page of it.
//
// A telling is the head of a struct of the one who answers. What is short is said at once; of
// what is long the rest waits in the session, and with it the session's later lines and its
// label. Several stand in a queue. Owner: the session, from telling_start on; main thread.
#pragma once

#include "server/hub/state/session.h"
#include "server/hub/wire/reply.h"

struct telling {
	struct list in_session;
	struct session *s;
	// Says the next piece; false: that was the last. Between two pieces turns may pass:
	// what it points to must outlive them.
	bool (*next)(struct telling *t);
	// Turns will pass before the next piece: says what was gathered. NULL: nothing is.
	void (*pause)(struct telling *t);
	// Frees it, and what it holds.
	void (*free)(struct telling *t);
};

// Zeroed: size bytes that begin with a telling.
MUST_USE void *telling_new(size_t size, bool (*next)(struct telling *t),
			   void (*end)(struct telling *t));
// Gives it away: it begins, or stands behind those that wait.
void telling_start(struct session *s, struct telling *t);
// A reply that keeps its place behind what is being told.
void telling_reply1(struct session *s, enum numeric n, struct span a);
// A piece looked at so many things: it counts as bytes do.
void telling_looked(struct session *s, size_t things);
// The next item of a table of the hub by rising row ids, of which *at was the last. False:
// there is none. *item NULL: it was not found yet, ask again.
MUST_USE bool telling_by_id(struct telling *t, const struct idmap *table, int64_t *at,
			    void **item);
// Says one page. False: there is more.
MUST_USE bool telling_page(struct session *s);
// Is something left to be told?
MUST_USE bool session_tells(const struct session *s);
// The session ends.
void tellings_drop(struct session *s);
