// SPDX-License-Identifier: MIT
// ChanServ LOG: what the moderators of a room did, for moderators.
#include "common/clock.h"
#include "server/hub/commands/services.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/room.h"
#include "server/letters/query.h"

#define CHANSERV "ChanServ"
#define SHOWN 50 // inside: rows; the command line shows more

static void on_log(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	char at[CLOCK_TEXT_LEN + 1];

	(void)h;
	(void)arg;
	if (!s || s->closing)
		return;
	if (rows->result != ROWS_OK) {
		service_say(s, CHANSERV, "The log could not be read: try again");
		return;
	}
	for (size_t i = 0; i < rows->n_audit; i++) {
		const struct entry_audit *row = &rows->audit[i];

		clock_text(row->at_ms, at);
		service_say(s, CHANSERV, "%s " SPAN_FMT " " SPAN_FMT " " SPAN_FMT, at,
			    SPAN_ARG(row->actor), SPAN_ARG(row->verb), SPAN_ARG(row->detail));
	}
	service_say(s, CHANSERV, "End of the log%s",
		    rows->more ? ": there is more than these, which snugd room log shows" : "");
}

void chanserv_log(struct session *s, const struct service_call *c)
{
	struct room *r = need_room(s, c->words[1]);
	struct query *q;

	if (!r || !need_role(s, r, MEMBER_MODERATOR))
		return;
	q = ask_new(s->hub, QUERY_AUDIT);
	q->stream = r->stream.id;
	q->account = s->account->id;
	q->limit = SHOWN;
	ask(s->hub, s, q, on_log, NULL);
}
