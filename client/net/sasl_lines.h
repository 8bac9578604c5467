// SPDX-License-Identifier: MIT
// What goes to and fro in an exchange of SASL, as lines of IRC: base64 in pieces of 400 bytes,
// of which a shorter one, or "+", is the last (IRCv3 SASL 3.1).
#pragma once

#include "common/buf.h"

#define SASL_CHUNK 400 // bytes of one AUTHENTICATE

// `secret` lines are to be wiped once they are sent.
typedef void sasl_line_fn(void *arg, struct span line, bool secret);

// A payload that is base64 by now, in as many lines as it needs.
void sasl_send(struct span coded, sasl_line_fn *send, void *arg);
// The same, of bytes as they are.
void sasl_send_bytes(struct span bytes, sasl_line_fn *send, void *arg);
// A piece of the server's: adds it to *coded. True: that was the last, and *coded is whole; it
// is the caller's to decode, and to empty.
MUST_USE bool sasl_hear(struct buf *coded, struct span words);
