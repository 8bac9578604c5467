// SPDX-License-Identifier: MIT
// Questions of the web (server/letters/web.h), each to who answers its route. Main thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/web.h"

// The question is valid during the call. It is answered now or later, once, by
// outbox_answer(); a connection that is gone by then drops the answer in silence.
void hub_asked(struct hub *h, conn_id conn, const struct web_question *question);
