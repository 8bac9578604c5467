// SPDX-License-Identifier: MIT
// Framing: turns the bytes of a stream into whole, valid lines.
//
// The only gate between the network and either program: a line that leaves
// frame_next() is valid UTF-8, holds no NUL, CR or LF, and is within the limits of
// IRCv3 message-tags (8,191 bytes of tags with '@' and the space for the sender; 510
// of the rest, of one command more). Any split of the input gives the same lines. Empty
// lines are skipped and counted. Memory per frame is bounded by FRAME_MAX and released
// when idle.
//
// A line ends with LF or CR LF. A CR anywhere else makes the line invalid.
// Owner: the connection; one thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define FRAME_TAGS_MAX 8191 // '@' to the space, both counted
#define FRAME_BODY_MAX 510  // without CR LF
#define FRAME_PUSH_MAX 1280 // ... of WEBPUSH alone: a push service names its devices at length
#define FRAME_MAX (16 * 1024)
#define FRAME_EMPTY_MAX 1024 // in a row

enum frame_result {
	FRAME_LINE,     // *line holds a line
	FRAME_MORE,     // feed more bytes
	FRAME_TOO_LONG, // one line was over a limit: answer 417; *line: its bytes
	FRAME_INVALID,  // one line held NUL, CR or bad UTF-8: answer FAIL; *line: its bytes
	FRAME_FLOOD,    // FRAME_MAX bytes without an end, or FRAME_EMPTY_MAX empty lines: close
};

struct frame {
	char *at;
	uint32_t len;  // bytes held
	uint32_t next; // first byte not yet given out
	uint32_t seen; // first byte not yet searched for LF
	uint32_t cap;
	uint32_t tags_max;
	uint32_t body_max;
	uint32_t empty; // empty lines in a row
	bool is_flood;
};

// The limits are of one received line: a server reads FRAME_TAGS_MAX and
// FRAME_BODY_MAX; a client allows a server's own tags on top. Memory stays below
// FRAME_MAX, or the longest line within the limits if that is more.
void frame_init(struct frame *f, size_t tags_max, size_t body_max);
// Frees the bytes; the limits stay.
void frame_clear(struct frame *f);
// Space to read into (*room >= 1 bytes), then the count of bytes that were read: say 0
// too when nothing came, so that an empty frame gives the space back. Take the lines
// until FRAME_MORE before asking for space again.
MUST_USE char *frame_space(struct frame *f, size_t *room);
void frame_fed(struct frame *f, size_t count);
// How long the part of a line behind its tags may be, and 510 are too few for some: of WEBPUSH,
// and of a FAIL that is about it, FRAME_PUSH_MAX; of all others FRAME_BODY_MAX.
MUST_USE size_t frame_body_max(struct span body);
// *line borrows from f, valid until the next call for f. After FRAME_FLOOD: the same
// for ever.
MUST_USE enum frame_result frame_next(struct frame *f, struct span *line);
// The line that was just taken is given again by the next call.
void frame_give_back(struct frame *f, struct span line);
// Puts a line that another frame gave out, whatever was wrong with it, behind all that is here;
// this frame gets its bytes by this alone. False: there is no room, and nothing was done.
MUST_USE bool frame_add(struct frame *f, struct span line);
