// SPDX-License-Identifier: MIT
// What people are shown as: their display name, or else their name.
//
// A display name is anything that somebody says of themselves. One that breaks the rule of such
// names (name_is_display) counts as none; behind one that may be taken for somebody else whom
// the model knows, under the name of either, stands the own name: "Bob (eve)". What is shown is
// filtered when it is drawn, as all text. Who has a display name is counted by looks from the
// first one on: until then nobody pays for it. Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

// What the server tells; empty: none.
void person_set_display(struct model *m, struct person *p, struct span name);
// The person is new in the map, or is about to go from it or to change its name.
void shown_enter(struct model *m, const struct person *p);
void shown_leave(struct model *m, const struct person *p);
// What names look like is judged otherwise since now.
void shown_recount(struct model *m);
// Nobody has a display name any more.
void shown_forget(struct model *m);

// Somebody has, or had, a display name on this connection.
MUST_USE bool shown_any(const struct model *m);
// It may be taken for somebody else: the account has to stand beside it.
MUST_USE bool shown_is_doubtful(const struct model *m, const struct person *p);
// "Anna", "Anna (ann)" or "ann".
void shown_add(struct buf *out, const struct model *m, const struct person *p);
// Always with the account: "Anna (ann)" or "ann".
void shown_add_both(struct buf *out, const struct person *p);
// What a target is called: a room's name, a person, those of a conversation.
void shown_add_target(struct buf *out, const struct model *m, const struct target *t);
