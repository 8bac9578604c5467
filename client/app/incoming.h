// SPDX-License-Identifier: MIT
// Who is given a line of the server, in which order.
//
// Errors go to whoever asked first and are shown only when nobody did; everything else is the
// model's first, so that an answer's end finds its page merged. Owner: whoever embeds it.
#pragma once

#include "client/sync/catchup.h"
#include "client/api/requests.h"

// All borrowed.
struct incoming {
	struct model *model;
	struct calls *calls;
	struct catchup *catchup;
	struct requests *requests;
};

// now_ms: wall time. False when somebody had asked for the line and nobody else has it.
bool incoming_line(const struct incoming *in, const struct msg *m, int64_t now_ms);
