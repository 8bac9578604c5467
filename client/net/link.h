// SPDX-License-Identifier: MIT
// One TLS connection to a server: lines out, lines in.
//
// Nothing is sent before the server's key was found good (on_key). What link_send takes
// is written once, at the end of the loop's turn. Reads until TLS wants the network, so
// the tail of a burst is never left inside. Owner: the session; the client's one thread.
#pragma once

#include "client/net/dial.h"
#include "common/msg.h"
#include "common/tls.h"

#define TLS_HANDSHAKE_MS 10000
#define LINK_QUEUE_MAX (4u * 1024 * 1024) // bytes not yet sent; a link over it is broken

struct link;

struct link_events {
	void *arg;
	// The handshake ended. FAILURE_NONE to go on; the pin is the server's.
	enum failure (*on_key)(void *arg, const struct tls *tls);
	// Lines may be sent.
	void (*on_up)(void *arg);
	// `line` is m's text, both borrowed for the call. The link may be closed inside.
	void (*on_line)(void *arg, const struct msg *m, struct span line);
	// The connection is over, or could not be made; the link is closed by now.
	void (*on_down)(void *arg, enum failure failure, struct span detail);
};

MUST_USE struct link *link_new(struct loop *l, const struct link_events *events);
// Gives the loop back what it took; not from a callback of its own. NULL is accepted.
void link_free(struct link *k);
// Starts to connect; `c` is borrowed until the link is closed. Closes what was open.
void link_open(struct link *k, const char *host, const char *port, struct tls_context *c);
// Closes without a call of on_down. What was queued is sent if that is possible at once.
void link_close(struct link *k);
MUST_USE bool link_is_up(const struct link *k);
// Queues one line without CR LF. A line that holds CR, LF or NUL is dropped.
void link_send(struct link *k, struct span line);
// The same, for secrets: the bytes are wiped when they have left.
void link_send_secret(struct link *k, struct span line);
// Bytes that wait to be sent.
MUST_USE size_t link_queued(const struct link *k);
// Monotonic time of the last bytes from the server.
MUST_USE int64_t link_heard_at(const struct link *k);
// The stream, or NULL when closed; borrowed.
MUST_USE struct tls *link_tls(const struct link *k);
