// SPDX-License-Identifier: MIT
// A wish: a page that is wanted for a target, and what came of it so far.
//
// Owner: catchup.c, until the page is there or the connection is gone.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"
#include "common/list.h"

#define REF_MAX 300 // inside: of "msgid=..." or "timestamp=..."

enum wish_kind { WISH_LATEST, WISH_SINCE, WISH_BEFORE, WISH_BETWEEN };

struct catchup_wish {
	struct list in_catchup;
	struct catchup *catchup;
	enum wish_kind kind;
	char *target;
	char since[REF_MAX];  // id of the newest message held before the hole
	char before[REF_MAX]; // id of the oldest message held behind it
	size_t limit;
	unsigned pages;    // that came already
	size_t n_messages; // in the page that is coming
	bool is_open, is_refused;
	bool goes_back; // until the read marker is here, and a window is full
};

// The line that asks for it.
void wish_command(const struct catchup_wish *w, struct buf *out);
// The line that a reference ("msgid=...") names, or NULL.
MUST_USE struct log_line *wish_line(struct target *t, const char *ref);
// What its answer proves: nothing is missing between the two lines that it names;
void wish_join_hole(const struct catchup_wish *w, struct model *m, struct target *t);
// a page that was asked for backwards ends right before the line that it was asked from;
void wish_join_end(const struct catchup_wish *w, struct model *m, struct target *t);
// the server, which did not refuse, knows these lines.
void wish_adopt(const struct catchup_wish *w, struct model *m, struct target *t);
// When the newest message of all was said; 0: none is here.
MUST_USE int64_t wish_newest_at(const struct model *m);
// As many lines were said as fill a window, or as one page has.
MUST_USE bool wish_has_window(const struct catchup_wish *w, const struct target *t);
