// SPDX-License-Identifier: MIT
// Verbs over the wire (ADMIN): rows as lines of JSON, for faces that draw forms of them.
#pragma once

#include "server/hub/state/session.h"
#include "server/letters/admin.h"

// A line of JSON as ADMIN lines: ADMIN + :piece, and ADMIN * with the last one.
void admin_wire_line(struct session *s, struct span json);
// The answer to who asked: its rows, what was made, and how it ended, a NOTE or a FAIL.
void admin_wire_show(struct session *s, const struct admin_answer *a);
