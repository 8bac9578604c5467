// SPDX-License-Identifier: MIT
// What is asked over HTTP and what the hub says to it: one question, one answer, and the
// connection ends. The pages and the upgrade to WebSocket are the shards' own business.
//
// Owner: a question's spans belong to the inbox letter that it came in; an answer's body to
// who gives it, until outbox_answer() has copied it.
#pragma once

#include "common/span.h"
#include "server/letters/ids.h"

// What may be asked: a row of routes.def each.
enum route {
#define ROUTE(name, ...) ROUTE_##name,
#include "server/letters/routes.def"
#undef ROUTE
	ROUTES,
};

struct web_question {
	enum route route;
	struct span host; // the peer's address as text
	uint64_t source;  // what limits count by (net_source)
	struct span rest; // of the path, behind the route's: "TOKEN"; empty where it has none
	struct span type; // Content-Type, as it came; empty: none
	struct span key;  // Idempotency-Key, as it came; empty: none
	struct span body; // whole, within the route's bound
};

struct web_answer {
	unsigned status;  // 200
	unsigned retry_s; // Retry-After; 0: none
	entry_no after;   // does not leave before this entry is durable
	struct span body; // plain text of the route's type
};
