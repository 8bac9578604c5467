// SPDX-License-Identifier: MIT
// A long text as one message of many lines (draft/multiline), within the server's limits.
//
// Pure.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct multiline_limits {
	size_t bytes, lines; // both 0: the server takes none
};

// From the capability's value: "max-bytes=16384,max-lines=100".
void multiline_limits_parse(struct multiline_limits *l, struct span value);
// More than one line of at most line_max bytes.
MUST_USE bool multiline_is_needed(struct span text, size_t line_max);
// Takes from *rest what one batch may hold and appends its lines, LF after each:
// "@batch=REF PRIVMSG #lounge :text". The lines that open and end it are the caller's.
void multiline_add(struct buf *lines, struct span *rest, const struct multiline_limits *l,
		   const char *ref, enum line_kind kind, struct span target, size_t line_max);
