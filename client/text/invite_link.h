// SPDX-License-Identifier: MIT
// What a user may paste to name a server: an invite link or a plain address.
//
//   snug://HOST[:PORT]/ROOM,invite=TOKEN,pin=BASE64URL     (also ?, & and # between parts)
//   snug://HOST[:PORT]/,device=SECRET,pin=BASE64URL        of a device of the account
//   ircs://HOST[:PORT]/#room        HOST[:PORT]        [ADDR6]:PORT
//
// Pure. Owner: whoever holds the struct.
#pragma once

#include "common/buf.h"
#include "common/tls_pin.h"

#include <stdint.h>

#define HOST_MAX 255
#define PORT_MAX 5
#define LINK_PORT "6697"
#define INVITE_MAX 128

struct invite_link {
	char host[HOST_MAX + 1];
	char port[PORT_MAX + 1];     // LINK_PORT when the link names none
	char room[65];               // with its '#', or ""
	char invite[INVITE_MAX + 1]; // a secret: sodium_memzero after use; or ""
	char device[INVITE_MAX + 1]; // the same
	bool has_pin;
	uint8_t pin[TLS_PIN_LEN];
};

// NULL, or what is wrong with the text in words; borrowed forever. Blanks around the
// text are ignored. *out is defined only when NULL is returned.
MUST_USE const char *invite_link_parse(struct span text, struct invite_link *out);
// What invite_link_parse() takes for this server: HOST, or with a port that is not LINK_PORT
// HOST:PORT, [ADDR6]:PORT. An empty port is LINK_PORT.
void link_address(struct buf *out, const char *host, const char *port);
// "sha256:BASE64", "SHA256:…", base64url, base64 or 64 hex digits.
MUST_USE bool pin_parse(struct span text, uint8_t pin[static TLS_PIN_LEN]);
// The form that is shown and taken back: "sha256:" and unpadded base64url.
#define PIN_TEXT_MAX 64
void pin_text(const uint8_t pin[static TLS_PIN_LEN], char out[static PIN_TEXT_MAX]);
