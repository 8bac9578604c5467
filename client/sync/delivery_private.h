// SPDX-License-Identifier: MIT
// What delivery.c (on the way) and delivery_ask.c (held back) share.
#pragma once

#include "client/sync/delivery.h"

struct delivery {
	struct model *model;
	struct uplink *session;
	struct calls *calls;
	struct unsent *unsent;
	const struct words *words;
	struct list flights;
};

MUST_USE bool delivery_is_exact(const struct delivery *d);
MUST_USE enum own_state delivery_state(const struct delivery *d, const struct unsent_entry *e);
void delivery_send_waiting(struct delivery *d);
// A watcher of the model.
void delivery_on_own_line(void *arg, struct target *t, struct log_line *l);
