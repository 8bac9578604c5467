// SPDX-License-Identifier: MIT
// A mechanism of SASL that is none of the login's own (LOGIN_SASL of client/net/login.h): who
// one is, by the word of somebody else than this server.
//
// Owner: whoever makes it; it outlives the login that it is for. The client's one thread.
#pragma once

#include "client/net/sasl_lines.h"

struct sasl_way {
	const char *name; // as in AUTHENTICATE and in CAP's sasl=
	void *arg;
	// What stands behind AUTHENTICATE in a line of the server: "+", or base64 in pieces.
	// Answers by sasl_send(), at once or later.
	void (*hear)(void *arg, struct span words, sasl_line_fn *send, void *send_arg);
};
