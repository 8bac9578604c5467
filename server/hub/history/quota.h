// SPDX-License-Identifier: MIT
// Quotas: how many bytes an account and a room store in a day; and, where the disk is nearly
// full, who stored the most: they are refused first. Nothing that is stored goes.
//
// A day's bytes are those of today and as much of yesterday's as its rest is of a day. They are
// counted from the start of the server. Owner: the account and the stream; main thread.
#pragma once

#include "server/hub/history/history.h"

// What may not be said, for now.
struct refusal {
	const char *why;  // NULL: it may
	int64_t until_ms; // wall
};

// May the account store so many bytes more in the stream?
MUST_USE struct refusal quota_of(const struct hub *h, const struct account *a,
				 const struct stream *stream, size_t bytes);
// The same for what no account says, of a room's stream.
MUST_USE struct refusal quota_of_room(const struct hub *h, const struct stream *stream,
				      size_t bytes);
// May the count of a day's bytes grow by so many, being at most `most`? `why` is said if not.
MUST_USE struct refusal quota_beyond(const struct hub *h, const struct day_count *count,
				     int64_t most, int64_t bytes, const char *why);
// It grew.
void quota_add(struct hub *h, struct day_count *c, size_t bytes);
// They are stored. a NULL: by the server.
void quota_count(struct hub *h, struct account *a, struct stream *stream, size_t bytes);
