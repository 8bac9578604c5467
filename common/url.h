// SPDX-License-Identifier: MIT
// Links in a text: http, https, mailto and snug; nothing else is ever one.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

// The first link at or behind *from, which moves behind it. False when there is none.
MUST_USE bool url_next(struct span text, size_t *from, struct span *url);
