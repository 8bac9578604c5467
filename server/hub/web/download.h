// SPDX-License-Identifier: MIT
// A file is asked for. Main thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/web.h"

// A question of ROUTE_FILE_GET: rights are asked now. Who may not read a message that has the
// file, or did not send it while none has, is told that there is no such file (404).
void download(struct hub *h, conn_id conn, const struct web_question *q);
