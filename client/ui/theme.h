// SPDX-License-Identifier: MIT
// Themes that are made while the program runs: read from a file, or fitted to the colour
// behind the text. How such a file is written stands in snug(1).
//
// Owner: who made it, until theme_free; one thread.
#pragma once

#include "client/ui/color.h"
#include "client/ui/style.h"
#include "common/buf.h"

// DIR/NAME.theme, for a terminal that shows so many colours. NULL when there is no such
// file or something in it is wrong: `errors` then holds a line for each mistake.
MUST_USE struct theme *theme_read(const char *dir, struct span name, enum color_depth depth,
				  struct buf *errors);
// The theme with each colour that cannot be read on this background moved to the next one
// that can: a contrast of 4.5, or the most there is.
MUST_USE struct theme *theme_fit(const struct theme *from, struct rgb background);
// Only of what these two made; NULL is fine.
void theme_free(struct theme *t);
// "bold 215 on #202020" as SGR parameters. False, and why not appended to `why`.
MUST_USE bool theme_words(struct span words, enum color_depth depth, struct buf *sgr,
			  struct buf *why);
