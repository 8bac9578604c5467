// SPDX-License-Identifier: MIT
// A picture is drawn by chafa, in a process without rights (client/picture), one picture a
// process: the file on its standard input, cells or pixels for a terminal on its output.
//
// It is bounded in time and in what it writes, and ended with us. What it writes is as little
// believed as the picture: whoever puts it on a terminal looks at each byte before. Owner: who
// started it; the client's one thread.
#pragma once

#include "common/loop.h"
#include "common/span.h"

#define PAINTER_FILE_MAX (16u * 1024 * 1024)   // inside: of a picture that is drawn
#define PAINTER_CELLS_MAX (1u * 1024 * 1024)   // inside: of text
#define PAINTER_PIXELS_MAX (16u * 1024 * 1024) // inside: of sixels, or kitty's base64
#define PAINTER_MS 15000

struct painter;

struct painter_order {
	const char *guard;       // the path of snug-picture
	const char *program;     // of what draws
	const char *const *args; // of that, to a NULL; at most 16
	int fd;                  // the picture, from its beginning; borrowed for the call
	size_t most;             // bytes that it may write
	int64_t ms;              // that it may take
};

// `why`: in words, where it came to nothing; else the bytes, borrowed for the call. Once, and
// not from within painter_start(). The painter may be freed inside.
typedef void painter_fn(void *arg, struct span bytes, const char *why);

// NULL: no process can be had.
MUST_USE struct painter *painter_start(struct loop *l, const struct painter_order *o,
				       painter_fn *on_end, void *arg);
// Ends it without a word. NULL is accepted.
void painter_free(struct painter *p);
// The bytes begin as those of a PNG, JPEG, GIF or WebP do.
MUST_USE bool painter_knows(struct span beginning);
// The program of this name in PATH, or beside ours; the caller's. NULL: there is none.
MUST_USE char *painter_find(const char *name);
MUST_USE char *painter_find_beside(const char *name);
