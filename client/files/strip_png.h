// SPDX-License-Identifier: MIT
// A PNG without what it tells beside the picture: strip.h. Pure.
#pragma once

#include "common/buf.h"

MUST_USE bool strip_is_png(struct span in);
// Appends. False: it cannot be followed to its end.
MUST_USE bool strip_png(struct span in, struct buf *out);
