// SPDX-License-Identifier: MIT
// The targets of a model: rooms, people, and the server itself.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

// Names are folded for comparing; find gives NULL when there is none.
MUST_USE struct target *target_find(struct model *m, struct span name);
// Found or made; the kind follows from CHANTYPES. An empty name is the server, and so is
// every new one when there are MODEL_TARGETS_MAX: no peer fills our memory with conversations.
struct target *target_need(struct model *m, struct span name);
// Frees it; the server target stays. `current` moves to a neighbour.
void target_remove(struct model *m, struct target *t);
// Makes it current, moves its "new since" line.
void model_show(struct model *m, struct target *t);
// Shows the target now, or as soon as the server says that we are in it. An empty name
// awaits nothing any more.
void model_await(struct model *m, struct span name);
// Moves it up in the list, or back to its place. The server stays first.
void target_pin(struct model *m, struct target *t, bool pinned);
MUST_USE size_t target_index(const struct model *m, const struct target *t);
// A line that only this program says; t NULL: the current target. Time is `now_ms`.
void model_note(struct model *m, struct target *t, enum line_kind kind, int64_t now_ms,
		struct span text);
// Forgets the lines that only this program said.
void model_clear_notes(struct model *m, struct target *t);
// Everything up to at_ms is read (the server's MARKREAD, or ours). Never moves back.
void target_set_read(struct model *m, struct target *t, int64_t at_ms);
// These lines of the log were on a screen that somebody looks at: they are unread no more.
void target_see(struct model *m, struct target *t, size_t first, size_t last);
// The oldest one that is unread, the log's count if none is.
MUST_USE size_t target_first_unread(const struct target *t);
// Up to when all that can be known was on a screen: where the read marker may go. Never before
// where it is.
MUST_USE int64_t target_seen_to(const struct target *t);
void target_set_history(struct model *m, struct target *t, enum history_state state);
// Nothing is missing between `l` and the line before it (joined), or something may be.
// After a page the model has marked what it cannot know: lines strictly inside the page
// are joined, its oldest is not joined when it fell into a gap.
void target_join(struct model *m, struct target *t, struct log_line *l, bool joined);
// The newest line with LINE_GAP, or NULL.
MUST_USE struct log_line *target_gap(const struct target *t);
// The server has no such message any more: the line goes, and leaves no hole.
void target_take_out(struct model *m, struct target *t, struct span id);
// The read marker stands before the oldest line here: more is unread than is counted.
MUST_USE bool target_lacks_unread(const struct target *t);
// Newest line that has an id, NULL if none: what "AFTER" asks from. oldest: "BEFORE".
MUST_USE struct log_line *target_newest(const struct target *t);
MUST_USE struct log_line *target_oldest(const struct target *t);
