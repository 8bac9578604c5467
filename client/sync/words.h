// SPDX-License-Identifier: MIT
// What a face says of things that the core knows by their ids and values.
//
// The core holds no sentence that tells somebody what to do: a terminal and a page give
// other advice. All append to `out`.
#pragma once

#include "client/net/uplink.h"
#include "common/buf.h"

enum unsendable {
	UNSENDABLE_NO_STORE,     // there is no place to keep it
	UNSENDABLE_NOBODY,       // the server's own window: nobody listens there
	UNSENDABLE_NO_EDITS,     // the server knows none
	UNSENDABLE_NO_REACTIONS, // nor these,
	UNSENDABLE_NO_REMOVALS,  // nor these
	UNSENDABLE_NO_UTF8,
};

struct words {
	// Why there is no connection to `host`, as s->failure and what came with it say.
	void (*failure)(struct buf *out, const struct uplink_status *s, const char *host);
	// The same, and what can be done: where nothing is tried again by itself.
	void (*refusal)(struct buf *out, const struct uplink_status *s, const char *host);
	// The question whether `count` messages are sent now, the oldest from `oldest_ms`. They
	// lay here for long; is_unsure: they may have been sent before.
	void (*send_again)(struct buf *out, size_t count, int64_t oldest_ms, bool is_unsure);
	// The question whether `count` messages are sent again: the server had stored them, and
	// was put back to an older copy since.
	void (*send_lost)(struct buf *out, size_t count);
	// The server does not know the last message here any more, so that what was said before
	// may be gone, too; is_other: it was put back to an older copy.
	void (*gone)(struct buf *out, bool is_other);
	// Why a text that was typed is not sent at all.
	void (*unsendable)(struct buf *out, enum unsendable why);
	// The store could not keep a message: `why` is what it said.
	void (*not_kept)(struct buf *out, const char *why);
};
