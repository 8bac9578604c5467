// SPDX-License-Identifier: MIT
// Inside of common/tls*.c only; others use tls.h.
#pragma once

#include "common/tls.h"

#include <openssl/ssl.h>

struct tls_context {
	SSL_CTX *ctx;
	bool is_server;
};

// SHA-256 of the certificate's SubjectPublicKeyInfo as it was written.
MUST_USE bool tls_pin_of(X509 *certificate, uint8_t pin[static TLS_PIN_LEN]);
// Whether its key is of a kind that a client may have: RSA of 2048 to 4096 bits with an
// exponent of at most 32, P-256, P-384, Ed25519.
MUST_USE bool tls_key_is_cheap(const X509 *certificate);
// What a stream for browsers has besides: its SSL's application data.
struct tls_web {
	struct tls_challenges *challenges; // read alone; NULL: there are never any
	bool is_proof;                     // the peer wants the proof of a name, and no more
};
// Makes it a stream for browsers: see tls_new_web.
void tls_serve_web(SSL *ssl, struct tls_web *web);
// See tls_new_https.
void tls_ask_web(SSL *ssl);
// Of a server's context: sees to it that who wants the proof of a name gets that.
int tls_on_hello(SSL *ssl, int *alert, void *arg);
// A certificate of that key for a name, as tls_make_certificate; with one extension more, or
// NULL. NULL: OpenSSL says why.
MUST_USE X509 *tls_self_signed(EVP_PKEY *key, const char *name, int days, X509_EXTENSION *more);
// Wall ms; 0 when it is no time.
MUST_USE int64_t tls_ms_of(const ASN1_TIME *at);
// Whether it is an address as text, and so no name.
MUST_USE bool tls_is_address(const char *host);
// Whether the certificate is of this host: of an address only when it says so as one.
MUST_USE bool tls_names_host(X509 *certificate, const char *host);
// Whether an authority of this computer stands behind it, with what the chain holds; flags:
// X509_V_FLAG_*. *why: what was found, in words of OpenSSL.
MUST_USE bool tls_is_believed(X509 *certificate, STACK_OF(X509) * chain, unsigned long flags,
			      const char **why);
// "WHAT FILE: <why OpenSSL failed>", the caller's; clears the error queue.
MUST_USE char *tls_file_error(const char *what, const char *file);
struct tls_binding;
// See tls_binding.
MUST_USE bool tls_bind(SSL *ssl, struct tls_binding *out);
struct tls_vouches;
// What the words of this chain say of the key at its end.
void tls_chain_vouches(const STACK_OF(X509) * chain, const uint8_t leaf[static TLS_PIN_LEN],
		       struct tls_vouches *out);
