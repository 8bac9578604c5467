// SPDX-License-Identifier: MIT
// What was said before one came: shown at a JOIN to clients that cannot ask for it.
#include "server/hub/pages/page.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/lookback.h"
#include "server/hub/pages/replay.h"
#include "server/hub/rooms/reach.h"

#include "server/letters/limits.h"

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	(void)h;
	(void)arg;
	if (s && !s->closing && rows->result == ROWS_OK)
		page_show_runs(s, rows->messages, rows->n_messages, false, false);
}

void lookback_show(struct session *s, struct stream *stream)
{
	struct query *q;

	if (!replay_is_tracked(s) || !stream->seq)
		return;
	q = ask_new(s->hub, QUERY_PAGE);
	q->stream = stream->id;
	q->account = s->account->id;
	q->floor = reach_of(s->account, stream).upto.id;
	// The join itself is the newest event: what comes after it is heard live.
	q->to = (struct place){.is_set = true, .id = stream->last};
	q->newest_first = true;
	q->limit = HISTORY_LOOK_BACK;
	ask(s->hub, s, q, on_rows, NULL);
}
