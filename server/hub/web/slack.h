// SPDX-License-Identifier: MIT
// What programs say that were made for Slack's incoming webhooks: {"text": ...}, with
// attachments and blocks, as lines of text.
//
// All that says something is shown as text, in its order. What only says how it looks there, or
// where it would go (color, username, channel, ...), means nothing here. Anything else is
// refused by its name: nothing is ever left out in silence. Pure; any thread.
#pragma once

#include "common/buf.h"

// Appends the text to out, its lines joined by LF. False: why holds a sentence that names what
// is wrong; out is as it was.
MUST_USE bool slack_text(struct span json, struct buf *out, struct buf *why);
