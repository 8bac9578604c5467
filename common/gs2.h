// SPDX-License-Identifier: MIT
// GS2 (RFC 5801): what stands around the first token of GSS-API in a mechanism of SASL, here of
// Kerberos with channel bindings (GS2-KRB5-PLUS).
//
// No GSS-API is called here: both sides read and write by it.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "common/tls_binding.h"

#define GS2_NAME_MAX 255

struct gs2_first {
	enum tls_binding_kind kind; // of "p=…"; NONE: there is none, or of a kind unknown here
	char acts_as[GS2_NAME_MAX + 1]; // the authorization identity, UTF-8; "": none
	struct span header;             // what is bound beside the stream (5.1); borrowed
	struct span token;              // the rest; borrowed
	bool is_whole;                  // the token never had a header of its own (4, "F")
};

// What a client says first. False: it is none.
MUST_USE bool gs2_read(struct gs2_first *first, struct span message);
// Appends "p=tls-exporter,a=NAME,"; a name "" is left away. False for a kind that is none.
MUST_USE bool gs2_header(enum tls_binding_kind kind, struct span acts_as, struct buf *out);
// Appends what the token is to the library: with the header that GS2 left away (RFC 2743, 3.1).
void gs2_wrap(const struct gs2_first *first, struct buf *out);
// The token of Kerberos without that header. False: it has none, or of another mechanism.
MUST_USE bool gs2_unwrap(struct span *token);
