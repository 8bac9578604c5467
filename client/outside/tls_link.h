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

// While there is another place, or address, one has HURRY_MS to connect and as much for TLS,
// and twice as much with each round, so that slow ways are found, too.
#define TLS_HANDSHAKE_MS 10000
#define HURRY_MS 2500
#define HURRY_MAX_MS 15000

// What a place has in the round behind so many in vain.
MUST_USE int64_t tls_link_hurry_ms(unsigned n_tried);
// Who answers on a stream whose handshake is over.
void tls_link_peer(const struct tls *t, struct link_peer *peer);
// Gives the loop back what it took when it is freed.
MUST_USE struct link *tls_link_new(struct loop *l, const struct link_events *events);
