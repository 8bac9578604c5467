// SPDX-License-Identifier: MIT
// Read markers (draft/read-marker): up to when an account has read a stream.
//
// A marker never falls, but with the times that it stands for.
// Owner: account.markers; main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/hub/wire/line.h"

struct marker {
	stream_id stream;
	int64_t time_ms;
};

// "MARKREAD target timestamp=…" (or "*") for sessions with the capability; whoever lets a
// session into a room calls it between JOIN and RPL_ENDOFNAMES.
void marker_say(struct session *s, const struct stream *stream, struct span target);
// The same with this time (0: none), to whoever asked.
void marker_tell(struct session *s, struct span target, int64_t time_ms);
// The line itself, cleared by the caller.
void marker_line(struct line *l, struct hub *h, struct span target, int64_t time_ms);
// Journals; the sessions of the account hear of it, but for `except` (NULL: none).
void marker_set(struct account *a, const struct stream *stream, struct span target,
		int64_t time_ms, const struct session *except);
// 0: none.
MUST_USE int64_t marker_time(const struct account *a, stream_id stream);
void marker_load(struct hub *h, const struct entry_marker *row);
void markers_free(struct account *a);
