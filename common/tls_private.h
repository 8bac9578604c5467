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
// "WHAT FILE: <why OpenSSL failed>", the caller's; clears the error queue.
MUST_USE char *tls_file_error(const char *what, const char *file);
