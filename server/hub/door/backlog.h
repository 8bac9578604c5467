// SPDX-License-Identifier: MIT
// The backlog: lines of a session that may not run yet, in the order they came.
// Owner: session.backlog; main thread.
#pragma once

#include "server/hub/state/session.h"

struct kept {
	struct list in_session;
	bool stores;   // something, when it runs
	bool is_first; // before those that are not
	bool is_bad;   // refused: for its fault; msg is what can be told of it
	enum inbox_fault fault;
	struct msg msg;
	char bytes[];
};

// Keeps a copy behind the others.
struct kept *backlog_add(struct session *s, const struct msg *m);
// The same before all but those that were kept so.
struct kept *backlog_add_first(struct session *s, const struct msg *m);
// The one that came first; there is one.
MUST_USE struct kept *backlog_first(const struct session *s);
// Takes it out: the caller's to free.
void backlog_remove(struct session *s, struct kept *k);
// Frees all.
void backlog_drop(struct session *s);
