// SPDX-License-Identifier: MIT
// Text from the network, made harmless for a terminal.
//
// What leaves is valid UTF-8 without any control character but LF: escape sequences, C0,
// C1, DEL and the colour codes of IRC are taken out, bidi overrides become visible
// marks, invisible characters go, and a character carries at most 8 combining marks.
// Everything that is drawn or printed passes here once. Pure; any thread.
#pragma once

#include "common/buf.h"

// LF is kept.
void filter_add(struct buf *out, struct span text);
// LF becomes a blank: for names, topics, titles, lines of a list.
void filter_add_line(struct buf *out, struct span text);
