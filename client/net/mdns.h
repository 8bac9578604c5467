// SPDX-License-Identifier: MIT
// Servers of the local network: the one question of multicast DNS that finds them, and what is
// answered to it (RFC 6762 section 5.1, RFC 6763). A parser of our own: strict, for four kinds
// of records, and pure, so that it is fuzzed; those of libc read a whole resolver's messages.
//
// Whoever is near can answer anything: nothing here is trusted, and all of it is to be filtered
// before it is shown. Pure. Owner: whoever holds the struct.
#pragma once

#include "common/pin.h"
#include "common/snug_link.h"

#define MDNS_QUESTION_LEN 34
#define MDNS_LABEL_MAX 63
#define MDNS_PORT 5353

struct mdns_server {
	char title[MDNS_LABEL_MAX + 1]; // what it calls itself; any bytes but NUL
	struct link_host host;          // of the machine; name "" when it is no host's name
	char name[LINK_HOST_MAX + 1];   // the name that it says its certificate has; or ""
	bool has_pin;
	uint8_t pin[TLS_PIN_LEN]; // that it says it has
};

void mdns_question(uint8_t out[static MDNS_QUESTION_LEN], uint16_t id);
// Puts the servers that a message names behind those that are there already, up to `max`,
// each once; gives how many there are. A message that is malformed or no answer to `id` adds
// nothing.
MUST_USE size_t mdns_answer(struct span message, uint16_t id, struct mdns_server *out,
			    size_t count, size_t max);
