// SPDX-License-Identifier: MIT
// Own messages that the server had stored, and may have no more.
//
// When it names another history than the one they were stored in, it was put back to an older
// copy: it is asked which of them it has. Those count as of its present history; the others are
// held, and the user is asked what becomes of them (delivery.h). A room is asked about once we
// are in it, a conversation at once, one thing at a time. Owner: the client's one thread.
#pragma once

#include "client/sync/delivery.h"

struct regain;

// All are borrowed until regain_free.
MUST_USE struct regain *regain_new(struct model *m, struct uplink *s, struct calls *c,
				   struct unsent *u, struct delivery *d);
void regain_free(struct regain *r);
// Every line from the server, after the model had it: 005, JOINs of ours, REDACT.
void regain_line(struct regain *r, const struct msg *m);
void regain_offline(struct regain *r);
// It waits for an answer.
MUST_USE bool regain_is_asking(const struct regain *r);
