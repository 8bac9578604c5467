// SPDX-License-Identifier: MIT
// What a program says at the address of a hook (rooms/hook.h), until it is stored and said.
//
// One that names what it says (Idempotency-Key) may send it again: it is stored once. Main
// thread.
#pragma once

#include "server/hub/state/state.h"

// All as it came; borrowed.
struct hook_call {
	struct span secret; // of the path
	struct span type;   // Content-Type
	struct span key;    // Idempotency-Key; empty: none
	struct span body;
};

struct hook_answer {
	unsigned status;  // 200, 400, 404, 413, 415, 429, 503, 507
	unsigned retry_s; // of 429, 503, 507
	entry_no after;   // it is not to leave before this entry is durable
	struct span body; // one plain sentence with LF
};

// Is told what becomes of it, once, in this turn or a later one.
typedef void hook_told_fn(struct hub *h, conn_id conn, const struct hook_answer *answer);

// conn is who asked, and goes back to `told`.
void hook_hear(struct hub *h, conn_id conn, const struct hook_call *call, hook_told_fn *told);
// At the hub's end, when no answer comes any more.
void hooks_heard_free(struct hub *h);
