// SPDX-License-Identifier: MIT
// SHA-1, on whose collisions nothing here relies: WebSocket's handshake still wants it (RFC
// 6455 4.2.2), to see that both sides mean the same, and codes of six digits its HMAC.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define TLS_SHA1_LEN 20

// HMAC-SHA-1 (RFC 2104), which authenticator apps make their codes by (totp.h).
void tls_hmac_sha1(struct span key, struct span bytes, uint8_t sum[static TLS_SHA1_LEN]);
void tls_sha1(struct span bytes, uint8_t sum[static TLS_SHA1_LEN]);
