// SPDX-License-Identifier: MIT
// draft/multiline: a batch of lines that is one message.
//
// Owner: session.multiline, from BATCH + to BATCH -; main thread.
#pragma once

#include "server/hub/pages/message.h"

// Takes a PRIVMSG or NOTICE that stands in an open batch. False: it does not.
MUST_USE bool multiline_takes(struct session *s, const struct msg *m, enum message_kind kind);
// For the budget: is m a line of the open batch; what the end of that batch costs.
MUST_USE bool multiline_has(const struct session *s, const struct msg *m);
MUST_USE unsigned multiline_cost(const struct session *s, const struct msg *m);
void multiline_free(struct session *s);
