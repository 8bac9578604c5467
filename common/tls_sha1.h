// SPDX-License-Identifier: MIT
// SHA-1, which nothing here relies on: WebSocket's handshake is the one thing that still
// wants it (RFC 6455 4.2.2), to see that both sides mean the same.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define TLS_SHA1_LEN 20

void tls_sha1(struct span bytes, uint8_t sum[static TLS_SHA1_LEN]);
