// SPDX-License-Identifier: MIT
// The transports of browsers: an HTTP request is answered, or it is an upgrade to WebSocket and
// lines follow, one a message (IRCv3 websocket). Behind a file, of the page or one that people
// sent, another request may come on the same connection, up to ANSWERS_MAX of them; all else is
// the last.
//
// The request is a part of the handshake: its time is HANDSHAKE_MS from accept, or from the end
// of the answer before, head, body and all, and whoever is slow is put out like one who is slow
// with TLS. Routes of
// server/letters/routes.def are asked of the hub, the page and refusals are answered here; an
// answer leaves as one line of the queue, so the gate holds it back like any other.
#pragma once

#include "server/io/transport.h"

// Whom a request may take us for, and whose pages may speak to us. Names of hosts in any case,
// without a port; origins as "https://HOST[:PORT]". Each a word, a space between two.
struct web_names {
	char *hosts, *origins;
	bool is_vouched; // an authority stands behind our certificate
};

// Copied; to be freed by web_names_free().
MUST_USE struct web_names *web_names_new(struct span hosts, struct span origins,
					 bool is_vouched);
// NULL is accepted.
void web_names_free(struct web_names *names);

// Over TLS: `[web] listen`.
extern const struct transport web_tls;
// Over nothing, on a loopback address, what is private: `[web] metrics`.
extern const struct transport web_plain;
