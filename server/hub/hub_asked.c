// SPDX-License-Identifier: MIT
#include "server/hub/hub_asked.h"

#include "common/grow.h"
#include "common/http.h"
#include "server/hub/web/download.h"
#include "server/hub/web/upload.h"
#include "server/hub/web/hook_hear.h"

#define GOING "The server is going down: try again in a moment.\n"

// A route that nobody answers does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

static void count_for(struct hub_out *out, conn_id conn)
{
	out->counted_for = grow(out->counted_for, out->n_counted_for, &out->counted_space,
				sizeof(*out->counted_for));
	out->counted_for[out->n_counted_for++] = conn;
}

static void tell(struct hub *h, conn_id conn, const struct web_answer *answer)
{
	outbox_answer(hub_outbox(h, CONN_SHARD(conn)), conn, answer);
}

// Which issuer it is of, and whether it is true, is the server's to find out (OpenID Connect
// Back-Channel Logout 1.0, 2.5).
static void hear_logout(struct hub *h, conn_id conn, const struct web_question *question)
{
	struct buf token = {0};
	struct hub_out *out = &h->out;

	if (!http_form_value(question->body, SPAN("logout_token"), &token)) {
		tell(h, conn,
		     &(struct web_answer){.status = 400,
					  .body = SPAN("A form with a logout_token is taken "
						       "here.\n")});
		buf_clear(&token);
		return;
	}
	out->logouts =
		grow(out->logouts, out->n_logouts, &out->logouts_space, sizeof(*out->logouts));
	out->logouts[out->n_logouts++] =
		(struct logout_heard){.conn = conn, .token = buf_take(&token)};
}

void hub_asked(struct hub *h, conn_id conn, const struct web_question *question)
{
	if (question->route == ROUTE_FILE_PUT_GONE) {
		upload_gone(h, question); // no answer is waited for
		return;
	}
	if (h->stopping) {
		tell(h, conn,
		     &(struct web_answer){.status = 503, .retry_s = 5, .body = SPAN(GOING)});
		return;
	}
	switch (question->route) {
	case ROUTE_HOOK:
		hook_hear(h, conn, question, tell);
		break;
	case ROUTE_FILE_PUT:
		upload_begin(h, conn, question);
		break;
	case ROUTE_FILE_PUT_DONE:
		upload_done(h, conn, question);
		break;
	case ROUTE_FILE_GET:
		download(h, conn, question);
		break;
	case ROUTE_LOGOUT:
		hear_logout(h, conn, question);
		break;
	case ROUTE_METRICS:
		count_for(&h->out, conn);
		break;
	case ROUTE_FILE_PUT_GONE:
	case ROUTES:
		break;
	}
}
