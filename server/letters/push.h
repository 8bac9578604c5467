// SPDX-License-Identifier: MIT
// Hub -> server and back: one push to one subscription (RFC 8030), which the server encrypts
// and a program beside it carries out.
//
// Owner: the sender until put, then the receiver.
#pragma once

#include "common/buf.h"
#include "common/mailbox.h"
#include "server/letters/ids.h"

#define PUSH_POINT_LEN 65 // of P-256, uncompressed
#define PUSH_AUTH_LEN 16
#define PUSH_TOPIC_LEN 32 // characters of base64url (RFC 8030, 5.4)

// What a subscription is made of.
struct push_target {
	uint8_t point[PUSH_POINT_LEN]; // of the device
	uint8_t auth[PUSH_AUTH_LEN];   // a secret that it shares with us
	uint8_t vapid[PUSH_POINT_LEN]; // the key of ours that it was made for
};

struct push {
	struct letter letter; // LETTER_PUSH
	int64_t subscription;
	struct push_target target;
	char *endpoint;
	char *text;                     // one line of IRC, no CR LF
	int64_t ttl_s;                  // how long a push service keeps it
	bool is_urgent;                 // a phone that sleeps is woken
	char topic[PUSH_TOPIC_LEN + 1]; // a newer one takes its place; "" none
};

enum pushed_result {
	PUSHED_ANSWERED,    // by the push service: see status
	PUSHED_FORBIDDEN,   // no such address is connected to
	PUSHED_UNREACHABLE, // not this time
	PUSHED_KEYS,        // the keys of the subscription are none
	PUSHED_OUTDATED,    // the key of ours that it was made for is gone
};

struct pushed {
	struct letter letter; // LETTER_PUSHED
	int64_t subscription;
	enum pushed_result result;
	unsigned status;     // of HTTP
	int64_t retry_after; // seconds, as the push service asked for; 0: it did not
};

// Both texts are copied; what is not named is for the caller to set.
MUST_USE struct push *push_new(int64_t subscription, struct span endpoint, struct span text);
void push_free(struct push *p);
MUST_USE struct pushed *pushed_new(int64_t subscription, enum pushed_result result);

// An address that may be that of a push service: https, a host, printable ASCII without blanks.
MUST_USE bool push_endpoint_is_valid(struct span endpoint);
// "https://push.example.org:8443" of one that is valid.
MUST_USE struct span push_origin(struct span endpoint);
