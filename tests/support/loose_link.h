// SPDX-License-Identifier: MIT
// A link without a socket, in place of client/net/link.c: what the session says is kept, what
// the server says is what the test gives. Up as soon as it is opened.
//
// The session above it is the real one. Owner: the test, one at a time.
#pragma once

#include "client/net/link.h"

// The link of the session that was made last.
MUST_USE struct link *loose_link(void);
// A line from the server.
void loose_link_hear(struct link *k, struct span line);
// The connection breaks.
void loose_link_break(struct link *k);
