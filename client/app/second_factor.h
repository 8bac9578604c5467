// SPDX-License-Identifier: MIT
// Turning a second factor on and off (2FA of docs/PROTOCOL.md): the secret is shown for the
// app, the first code asked for, the recovery codes shown once.
//
// Owner: the client, one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/uplink.h"

struct second_factor {
	bool is_enrolling; // a secret was shown, and no code of it was right yet
};

// A line of the server, which the model has.
void second_factor_line(struct second_factor *f, struct model *m, struct uplink *s,
			const struct msg *msg);
// A code for QUESTION_ENROL or QUESTION_DISENROL, or 'n' instead of one.
void second_factor_code(struct uplink *s, int question_id, struct span code);
void second_factor_answer(struct second_factor *f, struct model *m, const struct uplink *s,
			  int question_id, char choice);
