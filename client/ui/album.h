// SPDX-License-Identifier: MIT
// The pictures that stand between the messages, as cells: which are here, and which are still
// to be asked for. What was not in sight for longest goes first.
//
// Owner: the ui; one thread.
#pragma once

#include "client/model/picture.h"
#include "client/ui/mosaic.h"

#define ALBUM_MAX 48     // pictures that are kept
#define ALBUM_COLS 60    // at most, of one
#define ALBUM_ROWS 12    // at most, of one
#define ALBUM_ASKS_MAX 4 // that are on their way at once

enum album_state { ALBUM_FREE, ALBUM_WANTED, ALBUM_ASKED, ALBUM_SHOWN, ALBUM_FAILED };

struct album_picture {
	enum album_state state;
	char *id; // of the message
	int cols; // that it has, or was asked for with
	uint64_t frame;
	struct mosaic mosaic; // also while another size is on its way
	char *why;            // of a failure
};

struct album {
	bool is_on; // else nothing is shown, nor asked for
	uint64_t frame;
	struct album_picture pictures[ALBUM_MAX];
};

void album_clear(struct album *a);
// What is seen from now on stays, until the next frame.
void album_begin_frame(struct album *a);
// That of this message, which has room for so many columns; it is wanted from now on where it
// is not here. NULL: all places are in sight already.
MUST_USE const struct album_picture *album_see(struct album *a, struct span id, int cols);
// One to ask for, as many as there may be: then it counts as asked for. NULL: none.
MUST_USE const struct album_picture *album_next(struct album *a);
// An answer, if it is to one of these. What it says is parsed here.
void album_take(struct album *a, const struct picture_answer *answer);
// The message is gone, or its text was removed.
void album_forget(struct album *a, struct span id);
// What failed is wanted again when it is seen.
void album_retry(struct album *a);
