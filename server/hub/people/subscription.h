// SPDX-License-Identifier: MIT
// Subscription: where one device of an account is woken by a push (RFC 8030), whether it is
// connected or not.
//
// It is the account's and the device's that made it, and goes with either; of a device that
// came by the password, with that. What it is called is the address at the push service.
// Owner: account.subscriptions; main thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/letters/push.h"

struct parcel; // what is to be sent to it (parcel.h)
struct trial;  // it is tried before it is one (push/trial.h)

struct subscription {
	struct list in_account;
	struct account *account;
	int64_t id;
	int64_t device; // a credential; 0: who made it came by password
	char *endpoint;
	struct push_target target;
	bool is_page;        // a browser's: it has to show something for each push
	int64_t created_ms;  // wall
	int64_t alive_ms;    // wall, when a push service last took something for it
	struct trial *trial; // NULL: it was tried, and is stored
	struct list parcels; // that wait, the oldest first (parcel.h)
	size_t n_parcels;
	struct parcel *out;  // is being carried; NULL: none
	struct list in_turn; // hub.push_turns: something of it may be due
	struct list in_rest; // hub.push_rests: its push service wants to be left alone,
	int64_t rest_ms;     // ... until then, mono
	unsigned n_failed;   // in a row
	int64_t tested_ms;   // mono, when it was tried last without a reason; 0: never
	struct idmap
		shown; // streams -> itself: something of them was pushed, and not taken back
};

// Adds it, without an entry: subscription_post() when it was tried.
struct subscription *subscription_new(const struct session *s, struct span endpoint,
				      const struct push_target *target);
MUST_USE struct subscription *subscription_find(const struct account *a, struct span endpoint);
MUST_USE struct subscription *subscription_by_id(const struct hub *h, int64_t id);
// Journals it as it is.
void subscription_post(struct subscription *s);
// A push service took something for it just now. Journals, once a day.
void subscription_is_alive(struct subscription *s);
// Journals, frees with all that waits for it.
void subscription_remove(struct subscription *s);
// The same of all that this device made; 0: of all who came by the password.
void subscriptions_of_device_gone(struct account *a, int64_t device);
// ... of all; gives how many.
size_t subscriptions_end(struct account *a);
// Another account that has this very one: whoever registers it has the device now.
void subscription_take(struct subscription *s);
void subscription_load(struct hub *h, const struct entry_subscription *row);
// Frees all, without entries.
void subscriptions_free(struct account *a);
