// SPDX-License-Identifier: MIT
// Messages that the user removes: given to the outbox after a while in which that can be taken
// back, once there is a connection; sent at once when the program ends. Kept until then, with
// what is arranged.
//
// Owner: the client's one thread.
#pragma once

#include "client/seat/arranged.h"
#include "client/sync/engine.h"

#define REMOVAL_WAITS_MS 5000

struct removals;

// What an earlier run left is there, to be sent. All are borrowed until removals_free.
MUST_USE struct removals *removals_new(struct engine *core, struct arranged *a);
void removals_free(struct removals *r);
// The message of this id in this target.
void removals_add(struct removals *r, const struct target *t, struct span id);
// Takes the newest back: one that is younger than REMOVAL_WAITS_MS, or with `any` one that
// waits for a connection, too. False: there is none.
MUST_USE bool removals_undo(struct removals *r, bool any);
// There is a connection: what was to be sent before is.
void removals_online(struct removals *r);
// The program ends: nothing waits any longer, if there is a connection.
void removals_flush(struct removals *r);
