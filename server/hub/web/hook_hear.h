// SPDX-License-Identifier: MIT
// What a program says at the address of a hook (rooms/hook.h), until it is stored and said.
//
// One that names what it says (Idempotency-Key) may send it again: it is stored once. Main
// thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/web.h"

// Is told what becomes of it, once, in this turn or a later one: 200, 400, 404, 413, 415, 429,
// 503 or 507, and a plain sentence.
typedef void hook_told_fn(struct hub *h, conn_id conn, const struct web_answer *answer);

// A question of ROUTE_HOOK; conn is who asked, and goes back to `told`.
void hook_hear(struct hub *h, conn_id conn, const struct web_question *question,
	       hook_told_fn *told);
// At the hub's end, when no answer comes any more.
void hooks_heard_free(struct hub *h);
