// SPDX-License-Identifier: MIT
// Writes the difference between what the terminal shows and what it should show.
//
// Terminals disagree about the width of emoji and other rare clusters. Such a cluster
// ("unsure") is drawn so that this cannot shift anything: its cells are erased first
// (ECH), the cursor is addressed absolutely after it, and its right neighbours are drawn
// again. Writes only the xterm-compatible subset, so no terminfo is needed.
// Owner: the ui; one thread.
#pragma once

#include "client/ui/grid.h"

struct screen {
	struct grid shown; // on the terminal
	struct grid next;  // drawn into
	bool is_unknown;   // the terminal's content is not known: clear and draw all
	bool has_links;    // OSC 8 may be written
	bool has_sync;     // synchronized output (mode 2026) was reported
};

void screen_init(struct screen *s, int cols, int rows);
void screen_clear(struct screen *s);
void screen_resize(struct screen *s, int cols, int rows);
// Everything is drawn again by the next flush.
void screen_forget(struct screen *s);
// Appends the bytes that turn `shown` into `next`; nothing when they are equal.
void screen_flush(struct screen *s, const struct theme *theme, struct buf *out);
