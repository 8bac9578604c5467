// SPDX-License-Identifier: MIT
// One TLS stream over a non-blocking descriptor (TLS 1.2 and 1.3, ALPN "irc", or "http/1.1").
//
// The only file that calls OpenSSL's SSL_*: errors are cleared before and read at once
// after every call; want-read inside a write and the reverse are reported as such; a
// pending write keeps its bytes. No tickets, no renegotiation, no compression, no early
// data; buffers are released when idle. Contexts may be shared between threads once
// made; a stream belongs to one thread. The program must ignore SIGPIPE.
#pragma once

#include "common/attr.h"
#include "common/span.h"
#include "common/tls_pin.h"

#include <stdint.h>

struct tls_context;
struct tls;
struct tls_vouches;    // tls_vouch.h
struct tls_challenges; // tls_challenge.h
struct tls_binding;    // tls_binding.h

// "OpenSSL 3.0.17 1 Jul 2025": what was loaded, not what it was built with.
MUST_USE const char *tls_library(void);

enum tls_result {
	TLS_OK,
	TLS_WANT_READ,
	TLS_WANT_WRITE,
	TLS_CLOSED, // close_notify: a clean end
	TLS_BROKEN, // anything else; tls_error() says what
};

// Server: PEM files of the certificate chain and its key. NULL and *error (owned by the
// caller) when a file is unreadable, malformed, or the key does not match.
MUST_USE struct tls_context *tls_context_server(const char *cert_file, const char *key_file,
						char **error);
// Client: verifies nothing by itself but the handshake; see tls_pin and tls_verified.
// cert_file and key_file (both or neither NULL) are the device's own.
MUST_USE struct tls_context *tls_context_client(const char *cert_file, const char *key_file,
						char **error);
// The same without the authorities of this computer, which take some 20 ms to read: for
// those who compare the pin. tls_is_verified() is always false.
MUST_USE struct tls_context *tls_context_pinned(const char *cert_file, const char *key_file,
						char **error);
// The same context once more, to be freed by itself.
MUST_USE struct tls_context *tls_context_share(const struct tls_context *c);
// Streams made from it live on. NULL is accepted.
void tls_context_free(struct tls_context *c);
// Digest of a server context's own certificate and of all that it shows with it.
void tls_context_digest(const struct tls_context *c, uint8_t digest[static TLS_PIN_LEN]);
// Writes certificate, chain and key of a context into PEM files, over what was there; 0600.
// False and *error (caller's) on failure.
MUST_USE bool tls_context_save(const struct tls_context *c, const char *cert_file,
			       const char *key_file, char **error);
// Writes a request for a certificate of a context's key with that one name (RFC 2986) into a
// PEM file, over what was there. False and *error (caller's) on failure.
MUST_USE bool tls_context_request(const struct tls_context *c, const char *name,
				  const char *file, char **error);
struct tls_findings {
	bool is_verified;          // an authority of this computer stands behind its chain
	bool is_self_signed;       // nobody but itself does
	bool names_host;           // it is of this host
	int64_t from_ms, until_ms; // wall
	const char *why;           // it is not verified, in words of OpenSSL
};

// What a server context's certificate looks like to who knows no pin, by the authorities of
// this computer. Reads their files.
void tls_context_check(const struct tls_context *c, const char *host, struct tls_findings *out);
// Pin and end of validity (wall ms) of a server context's own certificate.
void tls_context_pin(const struct tls_context *c, uint8_t pin[static TLS_PIN_LEN]);
MUST_USE int64_t tls_context_expires(const struct tls_context *c);

// fd stays the caller's. `host` (client only, else NULL) goes into SNI and verification.
MUST_USE struct tls *tls_new(struct tls_context *c, int fd, const char *host);
// Server: a stream for browsers. ALPN is "http/1.1" or none, and no certificate is asked for:
// that would open a chooser before who has one installed. Challenges (the caller's, or NULL)
// are read alone; who came to see the proof of one is TLS_CLOSED behind the handshake.
MUST_USE struct tls *tls_new_web(struct tls_context *c, int fd,
				 struct tls_challenges *challenges);
// Client: a stream to the page's address of a server, by HTTP.
MUST_USE struct tls *tls_new_https(struct tls_context *c, int fd, const char *host);
// Sends close_notify if that is possible at once, frees. NULL is accepted.
void tls_free(struct tls *t);

MUST_USE enum tls_result tls_handshake(struct tls *t);
// Up to `room` bytes into `to`; *got is set when TLS_OK.
MUST_USE enum tls_result tls_read(struct tls *t, void *to, size_t room, size_t *got);
// All of `bytes` in one record (len <= 16384), or none: on TLS_WANT_* call again with
// the same bytes (more may follow them, the address may differ).
MUST_USE enum tls_result tls_write(struct tls *t, const void *bytes, size_t len);
// Bytes were decrypted or received that no poll() will report.
MUST_USE bool tls_has_pending(const struct tls *t);
// The peer's SPKI hash; false if it showed no certificate.
MUST_USE bool tls_peer_pin(const struct tls *t, uint8_t pin[static TLS_PIN_LEN]);
// Client: what other keys of the server say of the one that it showed.
void tls_peer_vouches(const struct tls *t, struct tls_vouches *out);
// SHA-512 of the whole certificate that the peer showed (soju.im/client-cert).
MUST_USE bool tls_peer_fingerprint(const struct tls *t, uint8_t out[static 64]);
// After the handshake: what binds to this very stream whatever is proved over it. False, and
// TLS_BINDING_NONE, where nothing does.
MUST_USE bool tls_binding(const struct tls *t, struct tls_binding *out);
// Client: the chain ends in an authority of this computer and names the host.
MUST_USE bool tls_is_verified(const struct tls *t);
// "TLSv1.3 TLS_AES_256_GCM_SHA384"; borrowed.
MUST_USE const char *tls_version(struct tls *t);
// Why the last call ended TLS_BROKEN, in words; borrowed.
MUST_USE const char *tls_error(const struct tls *t);

// Makes an ECDSA P-256 key and a self-signed certificate for `name` (also its
// subjectAltName; an address is written as one) valid for `days`; PEM files, mode 0600
// for the key. Never overwrites. False and *error (caller's) on failure.
MUST_USE bool tls_make_certificate(const char *cert_file, const char *key_file,
				   const char *name, int days, char **error);
