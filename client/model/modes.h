// SPDX-License-Identifier: MIT
// What the modes of a room mean, in words (modes.def).
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

// "+int" or "+lnt 5": "who is invited enters, only members write here, ..."; "" for none.
void modes_say(const struct server_facts *facts, struct span modes, struct buf *out);
MUST_USE bool modes_hold(const struct target *t, char letter);
// A room into which one is invited, and no conversation of a few, which always is.
MUST_USE bool target_is_private(const struct target *t);
