// SPDX-License-Identifier: MIT
// Parcel: one line on its way to one subscription: it waits until it is due, is carried, and
// carried again where that failed.
//
// Of one subscription PARCELS_PER_SUBSCRIPTION wait, and PARCELS_MAX in all: what is newer
// takes the place of the oldest of the same conversation, or of the oldest. Nothing here is
// stored: what waits when the server ends is not sent.
// Owner: subscription.parcels, or subscription.out; main thread.
#pragma once

#include "server/hub/people/subscription.h"

enum parcel_kind {
	PARCEL_MESSAGE,
	PARCEL_INVITE,
	PARCEL_READ, // what was shown of a conversation may go
	PARCEL_TEST, // whether the address and the keys are any
};

struct parcel {
	struct list in_subscription;
	struct list in_hub; // hub.parcels, the oldest first; hub.push_outs while it is carried
	struct list in_delay; // hub.push_delays, until it is due
	struct subscription *subscription;
	enum parcel_kind kind;
	stream_id stream;   // 0: of PARCEL_TEST
	message_id message; // 0: none
	int64_t time_ms;    // wall, of what it tells
	int64_t due_ms;     // mono
	int64_t made_ms;    // mono
	entry_no after;     // not sooner than this is durable
	bool is_void;       // it was removed while it was carried: not again
	char *text;
};

// Copies *p (whose text is the parcel's from now on) and adds it; due in delay_ms.
void parcel_put(struct subscription *s, const struct parcel *p, int64_t delay_ms);
// The first that is due; NULL: none is.
MUST_USE struct parcel *parcel_due(const struct subscription *s);
// Out of the lists: it is being carried; and back, as the first.
void parcel_take(struct parcel *p);
void parcel_put_back(struct parcel *p);
void parcel_free(struct parcel *p);
// All of a subscription, also the one that is carried.
void parcels_free(struct subscription *s);
// The message was removed: nobody is told its text any more.
void parcels_forget(struct hub *h, message_id message);
// Its subscription has a turn, unless it rests or one of it is carried.
void parcels_have_turn(struct subscription *s);
// What is left of the delay of some is over: their subscriptions have a turn.
void parcels_ripen(struct hub *h);
