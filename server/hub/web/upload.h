// SPDX-License-Identifier: MIT
// A file is sent: judged by its head, taken when the disk has it. What is on its way counts for
// every limit already. Main thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/web.h"

// Of ROUTE_FILE_PUT: let in with an id of its own, or refused with 400, 401, 403, 404, 413, 429
// or 507 and a sentence.
void upload_begin(struct hub *h, conn_id conn, const struct web_question *q);
// Of ROUTE_FILE_PUT_DONE: 201 once its row is durable; or refused, since what was true when it
// was let in may be so no longer.
void upload_done(struct hub *h, conn_id conn, const struct web_question *q);
// Of ROUTE_FILE_PUT_GONE: nothing came of it.
void upload_gone(struct hub *h, const struct web_question *q);
// It was let in, and did not end yet.
MUST_USE bool upload_is_coming(const struct hub *h, const struct file_id *id);
// At the hub's end.
void uploads_free(struct hub *h);
