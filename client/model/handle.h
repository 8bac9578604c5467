// SPDX-License-Identifier: MIT
// What a line from the server means: one row in handlers.def for each command and
// numeric, one function that changes the model.
//
// No I/O. The network side passes every line after its own work (PING, AUTHENTICATE,
// CAP negotiation, labels of the outbox): a row that does not exist shows the line's
// text in the server target, so nothing is hidden. Batches are followed here:
// `chathistory` pages are merged and end in watch.on_page.
#pragma once

#include "client/model/model.h"
#include "common/msg.h"

// now_ms: wall time, used when the line has no server-time.
void handle_line(struct model *m, const struct msg *msg, int64_t now_ms);
// The connection is gone: open batches, partial member lists and caps are forgotten.
void handle_reset(struct model *m);
