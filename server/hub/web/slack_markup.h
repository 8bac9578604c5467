// SPDX-License-Identifier: MIT
// Slack's escapes within a text: &amp; and the like, <https://x|label>, <!here>, <@U1>.
// Pure; any thread.
#pragma once

#include "common/buf.h"

// Appends the text as it is meant: entities as their characters, links as "label (address)",
// <!here> as "@here", <!channel> and <!everyone> as "@room".
void slack_unmark(struct span text, struct buf *out);
