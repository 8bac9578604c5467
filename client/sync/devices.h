// SPDX-License-Identifier: MIT
// The account's other devices: a link that lets one in, what they ask, and what has to be
// proved before (CERT of docs/PROTOCOL.md).
//
// Owner: the client's one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/uplink.h"

struct devices;

// Both borrowed until devices_free.
MUST_USE struct devices *devices_new(struct model *m, struct uplink *s);
void devices_free(struct devices *d);
// A line of the server, which the model has.
void devices_line(struct devices *d, const struct msg *m);
// The user's own line: what takes a device away is said again once that is proved.
void devices_sent(struct devices *d, struct span line);
// The password, or a code of six digits (no password is as short), as a proof; it is sent and
// wiped.
void devices_prove(struct devices *d, struct span password);
// The answer to a question of the model, when it is one of devices.
void devices_answer(struct devices *d, int question_id, char choice);
