// SPDX-License-Identifier: MIT
// What a face says of things that the core knows by their ids and values.
//
// The core holds no sentence that tells somebody what to do: a terminal and a page give
// other advice. All append to `out`.
#pragma once

#include "client/net/uplink.h"
#include "common/buf.h"

struct words {
	// Why there is no connection to `host`, as s->failure and what came with it say.
	void (*failure)(struct buf *out, const struct uplink_status *s, const char *host);
	// The same, and what can be done: where nothing is tried again by itself.
	void (*refusal)(struct buf *out, const struct uplink_status *s, const char *host);
	// The question whether `count` messages are sent now, the oldest from `oldest_ms`. They
	// lay here for long; is_unsure: they may have been sent before.
	void (*send_again)(struct buf *out, size_t count, int64_t oldest_ms, bool is_unsure);
	// The store could not keep a message: `why` is what it said.
	void (*not_kept)(struct buf *out, const char *why);
};
