// SPDX-License-Identifier: MIT
// Channel bindings: what both ends of one TLS stream know of it, and nobody in the middle has
// for two streams alike (RFC 5056). For those who bind to a stream and speak no TLS themselves;
// tls_binding() of tls.h fills it.
#pragma once

#include <stdint.h>

enum tls_binding_kind {
	TLS_BINDING_NONE,
	TLS_BINDING_EXPORTER,  // of TLS 1.3: tls-exporter (RFC 9266)
	TLS_BINDING_END_POINT, // of TLS 1.2: tls-server-end-point (RFC 5929, 4)
};

#define TLS_BINDING_MAX 64 // a hash of the server's certificate, by which it is signed

struct tls_binding {
	uint8_t kind; // enum tls_binding_kind
	uint8_t len;
	uint8_t bytes[TLS_BINDING_MAX];
};
