// SPDX-License-Identifier: MIT
// A link over TLS and a socket.
//
// What is sent is written once, at the end of the loop's turn. Reads until TLS wants the
// network, so the tail of a burst is never left inside. Owner: the session; the client's one
// thread.
#pragma once

#include "client/net/link.h"
#include "common/loop.h"
#include "common/tls.h"

#define TLS_HANDSHAKE_MS 10000

// Who answers on a stream whose handshake is over.
void tls_link_peer(const struct tls *t, struct link_peer *peer);
// Gives the loop back what it took when it is freed.
MUST_USE struct link *tls_link_new(struct loop *l, const struct link_events *events);
