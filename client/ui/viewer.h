// SPDX-License-Identifier: MIT
// One picture over the whole screen: as pixels where the terminal shows such, else as cells.
//
// Owner: the ui; one thread.
#pragma once

#include "client/model/picture.h"
#include "client/ui/mosaic.h"
#include "common/buf.h"

enum viewer_state { VIEWER_CLOSED, VIEWER_WAITS, VIEWER_SHOWS, VIEWER_FAILED };

struct viewer {
	enum viewer_state state;
	struct picture_wish wish; // its id is ours
	char *title;              // filtered
	struct mosaic mosaic;
	struct buf pixels;   // of other forms: what the terminal is to get, once
	const char *why;     // of a failure; constant, or
	char *why_elsewhere; // ... as it was told
};

// Waits for that picture from now on; id and title are copied.
void viewer_open(struct viewer *v, const struct picture_wish *wish, struct span title);
void viewer_close(struct viewer *v);
// The answer, if it is the one that is waited for. What it says is looked at here.
void viewer_take(struct viewer *v, const struct picture_answer *answer);
