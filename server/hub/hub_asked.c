// SPDX-License-Identifier: MIT
#include "server/hub/hub_asked.h"

#include "common/grow.h"

// A route that nobody answers does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

static void count_for(struct hub_out *out, conn_id conn)
{
	out->counted_for = grow(out->counted_for, out->n_counted_for, &out->counted_space,
				sizeof(*out->counted_for));
	out->counted_for[out->n_counted_for++] = conn;
}

static void answer(struct hub *h, conn_id conn, unsigned status, unsigned retry_s,
		   const char *text)
{
	outbox_answer(hub_outbox(h, CONN_SHARD(conn)), conn,
		      &(struct web_answer){status, retry_s, 0, span_of(text)});
}

void hub_asked(struct hub *h, conn_id conn, const struct web_question *question)
{
	if (h->stopping) {
		answer(h, conn, 503, 5, "The server is going down: try again in a moment.");
		return;
	}
	switch (question->route) {
	case ROUTE_HOOK:
		answer(h, conn, 404, 0, "There is no such hook.");
		break;
	case ROUTE_METRICS:
		count_for(&h->out, conn);
		break;
	case ROUTES:
		break;
	}
}
