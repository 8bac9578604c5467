// SPDX-License-Identifier: MIT
// A mechanism of SASL that is none of the login's own (LOGIN_SASL of client/net/login.h): who
// one is, by the word of somebody else than this server.
//
// Owner: whoever makes it; it outlives the login that it is for. The client's one thread.
#pragma once

#include "client/net/sasl_lines.h"
#include "common/tls_binding.h"

#define SASL_GIVES_UP SPAN("AUTHENTICATE *")

// What a login begins on; borrowed for the call.
struct sasl_stream {
	const char *host;                  // whom its key is of
	const char *account;               // that one wants to be, or ""
	const struct tls_binding *binding; // what binds to it, TLS_BINDING_NONE: nothing
};

struct sasl_way {
	const char *name; // as in AUTHENTICATE and in CAP's sasl=
	void *arg;
	// A login begins: what was said on another stream is over. May be NULL.
	void (*begin)(void *arg, const struct sasl_stream *stream);
	// What stands behind AUTHENTICATE in a line of the server: "+", or base64 in pieces.
	// Answers by sasl_send(), at once or later; gives up by SASL_GIVES_UP.
	void (*hear)(void *arg, struct span words, sasl_line_fn *send, void *send_arg);
};
