// SPDX-License-Identifier: MIT
// What the user arranges of a target: muted, pinned, what of it alerts. Whoever watches
// (on_arranged) is told, and keeps it.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

void arrange_mute(struct model *m, struct target *t, bool muted);
void arrange_pin(struct model *m, struct target *t, bool pinned);
void arrange_alerts(struct model *m, struct target *t, enum alerts alerts);
// "all", "mentions", "none". False: none of these.
MUST_USE bool arrange_alerts_named(struct span word, enum alerts *out);
MUST_USE const char *arrange_alerts_word(enum alerts alerts);
// What is set, as a sentence: "#lounge is muted: no counts, no alerts".
void arrange_say_mute(const struct target *t, struct buf *out);
void arrange_say_pin(const struct target *t, struct buf *out);
void arrange_say_alerts(const struct target *t, struct buf *out);
