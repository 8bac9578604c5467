// SPDX-License-Identifier: MIT
// A JPEG without what it tells beside the picture: strip.h. Pure.
#pragma once

#include "common/buf.h"

MUST_USE bool strip_is_jpeg(struct span in);
// Appends. False: it cannot be followed to its end.
MUST_USE bool strip_jpeg(struct span in, struct buf *out);
