// SPDX-License-Identifier: MIT
// Look back: what was said before one came. Main thread.
#pragma once

#include "server/hub/history/history.h"
#include "server/hub/state/session.h"

// s joined just now: shows a client that cannot ask what was said before.
void lookback_show(struct session *s, struct stream *stream);
