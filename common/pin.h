// SPDX-License-Identifier: MIT
// Pins of keys: how they are written, and several of which any one is right (a server whose key
// changes has two for a while).
//
// Pure. Owner: whoever holds the struct.
#pragma once

#include "common/span.h"
#include "common/tls_pin.h"

#define PINS_MAX 4

struct pins {
	size_t count;
	uint8_t at[PINS_MAX][TLS_PIN_LEN];
};

// "sha256:BASE64", "SHA256:…", base64url, base64 or 64 hex digits.
MUST_USE bool pin_parse(struct span text, uint8_t pin[static TLS_PIN_LEN]);
// The form that is shown and taken back: "sha256:" and unpadded base64url.
#define PIN_TEXT_MAX 64
void pin_text(const uint8_t pin[static TLS_PIN_LEN], char out[static PIN_TEXT_MAX]);

MUST_USE bool pins_have(const struct pins *p, const uint8_t pin[static TLS_PIN_LEN]);
MUST_USE bool pins_same(const struct pins *a, const struct pins *b);
// Behind the others; what is there already is not added twice. False: there is no room.
MUST_USE bool pins_add(struct pins *p, const uint8_t pin[static TLS_PIN_LEN]);
// This one alone.
void pins_set(struct pins *p, const uint8_t pin[static TLS_PIN_LEN]);
