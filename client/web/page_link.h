// SPDX-License-Identifier: MIT
// A connection (client/net/link.h) over a browser's WebSocket: a line is a message. The browser
// judges the server's key: who answers is vouched for, or there is no connection.
//
// Owner: the page's one thread. There is one socket, so there is one link.
#pragma once

#include "client/net/outside.h"

// `arg` is the outside, whose timers it uses.
MUST_USE struct link *page_link_new(void *arg, const struct link_events *events);
