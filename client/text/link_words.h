// SPDX-License-Identifier: MIT
// What the state of the connection is, for the model and for stderr.
//
// Pure but for the clock.
#pragma once

#include "client/model/model.h"
#include "client/net/uplink.h"

// Exit codes of the program (docs/snug.1).
enum exit_code {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 69,
	EXIT_UNKNOWN = 75, // the server did not answer in time: repeat with the same --id
	EXIT_KEY = 76,
	EXIT_LOGIN = 77,
	EXIT_CONFIG = 78,
};

MUST_USE enum exit_code exit_code_of(enum failure f);
// What happened, and what can be done, as one text.
void failure_say(struct buf *out, const struct uplink_status *s, const char *host);
// The model's view. `text` (the caller's, may be empty) is filled and borrowed by *out.
void link_status_of(const struct uplink_status *s, const char *host, bool was_online,
		    int64_t since_ms, struct buf *text, struct link_status *out);
