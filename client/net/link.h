// SPDX-License-Identifier: MIT
// One connection to a server: lines out, lines in. How they travel is its maker's
// (client/outside/tls_link.h: TLS over a socket).
//
// Nothing is sent before the server's key was found good (on_key). Owner: the session; the
// client's one thread.
#pragma once

#include "client/net/failure.h"
#include "common/msg.h"
#include "common/tls_binding.h"
#include "common/tls_pin.h"

#define LINK_QUEUE_MAX (4u * 1024 * 1024) // bytes not yet sent; more are dropped

struct link;

#define LINK_VOUCHERS_MAX 8

// Who answers there.
struct link_peer {
	bool has_pin;
	bool is_verified; // an authority that is trusted here vouches for it
	uint8_t pin[TLS_PIN_LEN];
	// Keys that signed for this one, as was checked; and the one that this key signed for.
	size_t n_vouchers;
	uint8_t vouchers[LINK_VOUCHERS_MAX][TLS_PIN_LEN];
	bool has_next;
	uint8_t next[TLS_PIN_LEN];
	struct tls_binding binding; // what binds to this stream
};

// Which server, and as whom.
struct link_order {
	const char *name;                 // of the server, that a certificate is verified for
	bool has_pin;                     // the key is known: no authority is asked
	const char *cert_file, *key_file; // the device's, or both NULL
};

// Where to connect.
struct link_place {
	const char *host, *port;
	bool has_others;  // there are other places to go on to
	unsigned n_tried; // rounds of all of them, in vain
};

struct link_events {
	void *arg;
	// Who answers is known. FAILURE_NONE to go on.
	enum failure (*on_key)(void *arg, const struct link_peer *peer);
	// Lines may be sent.
	void (*on_up)(void *arg);
	// `line` is m's text, both borrowed for the call. The link may be closed inside.
	void (*on_line)(void *arg, const struct msg *m, struct span line);
	// The connection is over, or could not be made; the link is closed by now.
	void (*on_down)(void *arg, enum failure failure, struct span detail);
};

// What a link can do.
struct link_acts {
	// From now on, copied; the link is closed. NULL, or what is wrong (the caller's).
	char *(*order)(struct link *k, const struct link_order *order);
	// Starts to connect there as ordered; copied. Closes what was open.
	void (*open)(struct link *k, const struct link_place *place);
	// Closes without on_down. What was queued is sent if that is possible at once.
	void (*close)(struct link *k);
	bool (*is_up)(const struct link *k);
	// Queues one line without CR LF. A line that holds CR, LF or NUL is dropped. A secret's
	// bytes are wiped when they have left.
	void (*send)(struct link *k, struct span line, bool is_secret);
	// Bytes that wait to be sent.
	size_t (*queued)(const struct link *k);
	// Monotonic ms of the last bytes from the server.
	int64_t (*heard_at)(const struct link *k);
	// How it is protected ("TLSv1.3 ..."), "" when closed; borrowed.
	const char *(*version)(const struct link *k);
	// Not from a callback of its own.
	void (*free)(struct link *k);
};

// Stands first in the maker's own.
struct link {
	const struct link_acts *acts;
	struct link_events events;
};
