// SPDX-License-Identifier: MIT
// The body of what a program sends to a hook, as text: JSON of Slack's, bare or in a form.
// Pure; any thread.
#pragma once

#include "common/buf.h"

// Appends the lines, joined by LF, to text. Gives 0, or a status (400, 413, 415) with a
// sentence in why.
MUST_USE unsigned hook_body(struct span type, struct span body, struct buf *text,
			    struct buf *why);
