// SPDX-License-Identifier: MIT
// By whom a push is sent (RFC 8292): a token that says so to a push service, signed by a key
// that stays the same, so that nobody else can send to a subscription that is ours.
//
// The keys stand in a file, PEM, one behind the other. The last is the one that new
// subscriptions are made for; those before it are kept for the subscriptions that were made
// for them. Owner: who opened them; one thread.
#pragma once

#include "common/buf.h"
#include "server/letters/push.h"

#define VAPID_KEYS_MAX 16          // inside: of a file that an operator adds to
#define VAPID_HOURS 12             // a token holds so long; RFC 8292 allows 24
#define VAPID_FILE_MAX (64 * 1024) // inside: far more than sixteen keys

struct vapid_keys;

// Of the text of a file. NULL: it holds another key than of P-256, none, or too many.
MUST_USE struct vapid_keys *vapid_keys_new(struct span pem);
// NULL is accepted.
void vapid_keys_free(struct vapid_keys *keys);
// A fresh key, PEM; the caller wipes it.
void vapid_make(struct buf *pem);
// The point of the last one, PUSH_POINT_LEN.
MUST_USE const uint8_t *vapid_point(const struct vapid_keys *keys);
// Adds the value of the header Authorization: for a subscription made for the key `point`,
// at the origin of `endpoint`, on behalf of `contact` (mailto: or https:). False, and nothing
// is added: the key is not among them.
MUST_USE bool vapid_sign(const struct vapid_keys *keys,
			 const uint8_t point[static PUSH_POINT_LEN], struct span endpoint,
			 struct span contact, int64_t wall_ms, struct buf *out);
