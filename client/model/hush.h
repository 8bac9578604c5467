// SPDX-License-Identifier: MIT
// What the account is not to be disturbed by, as the server keeps it (snug.chat/quiet): people
// that are ignored, conversations that are muted, everything until a time or in some hours.
//
// The rows are the server's; what they mean for people and targets is kept with those.
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct hush_row {
	char *kind, *subject; // as on the wire: "ignore", "bob"
	int64_t until_ms;     // wall; INT64_MAX: for ever
	bool is_told;         // by the list that is coming in
};

// Said by somebody who is ignored: it is folded, does not count and does not ring.
static inline bool line_is_hushed(const struct log_line *l)
{
	return l->from && l->at_ms < l->from->ignored_until;
}

static inline bool target_is_muted(const struct target *t)
{
	return t->muted || t->is_hushed;
}

// NULL: there is none.
MUST_USE const struct hush_row *hush_find(const struct model *m, const char *kind,
					  struct span subject);
// Nothing may ring at all; minute is that of the day, by the local clock.
MUST_USE bool hush_holds_now(const struct model *m, int64_t now_ms, int minute);
// Those of a kind as a list, "bob, cem (until ...)"; "" when there are none.
void hush_list(const struct model *m, const char *kind, struct buf *out);
// A row of the server: QUIET ADD, DEL or LIST.
void hush_add(struct model *m, struct span kind, struct span subject, int64_t until_ms);
void hush_del(struct model *m, struct span kind, struct span subject);
void hush_listed(struct model *m);
// A target or person came: it is as the rows say.
void hush_meet_target(const struct model *m, struct target *t);
void hush_meet_person(const struct model *m, struct person *p);
// The person has another name since now: what is said under the old one is another's.
void hush_renamed(struct model *m, struct person *p, struct person *now_called, int64_t now_ms);
// Time passed: what is over holds no more.
void hush_pass(struct model *m, int64_t now_ms);
void hush_clear(struct model *m);
