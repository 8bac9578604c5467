// SPDX-License-Identifier: MIT
// How a line becomes bytes. Main thread.
#pragma once

#include "server/hub/wire/line.h"

// Beside capabilities: the receiver is a session of the sender's account.
#define LINE_OWN ((cap_set)1 << 63)

// The capabilities that change how this line looks.
MUST_USE cap_set line_caps(const struct line *l);
// Those of a session, for this line.
MUST_USE cap_set line_session_caps(const struct line *l, const struct session *s);
// "time=…;msgid=…" without '@', "" if there are none.
void line_render_tags(const struct line *l, cap_set caps, struct buf *out);
// "@tags body" CR LF.
void line_render(struct span tag_text, struct span body, struct buf *out);
// Queues rendered text (with CR LF) for one session. What passes a stall has no other bound
// than session.said, so it is counted there.
void session_send(struct session *s, struct span text, bool passes_stall);
