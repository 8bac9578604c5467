// SPDX-License-Identifier: MIT
// ChanServ REPORT: a message is shown to the moderators of its room. Whether there is one that
// its user may not read is told to nobody.
#include "server/hub/commands/need.h"
#include "server/hub/commands/services.h"
#include "server/hub/history/history.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/redact.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/hub/rooms/report.h"
#include "server/hub/wire/reply.h"
#include "server/letters/query.h"

#include "common/die.h"
#include "common/encode.h"

#include <stdlib.h>

#define CHANSERV "ChanServ"
#define UNKNOWN "This message does not exist or is too old"

// What is to be reported while the store is asked about it.
struct wanted {
	stream_id room;
	char *reason;
};

static bool is_reportable(const struct session *s, const struct stream *stream,
			  const struct entry_message *m)
{
	return m->stream == stream->id && m->seq && is_redactable(m) &&
	       may_see(s->account, stream, m);
}

// Why not, NULL when it may be.
static const char *obstacle(const struct session *s, const struct room *r,
			    const struct entry_message *m)
{
	if (m->account == s->account->id)
		return "That message is your own: remove it";
	if (report_was_made(s->account, m->id))
		return "You reported that message before";
	if (!report_has_ear(r, s->account, m))
		return "Nobody else moderates this room: ask an administrator of the server";
	return NULL;
}

static void finish(struct session *s, const struct wanted *w, const struct rows *rows)
{
	const struct stream *stream = history_stream(s->hub, w->room);
	const struct entry_message *m = rows->n_messages ? &rows->messages[0] : NULL;
	const char *why;

	if (rows->result != ROWS_OK) {
		service_say(s, CHANSERV, "The message could not be read: try again");
		return;
	}
	if (!stream || !m || !is_reportable(s, stream, m)) {
		service_say(s, CHANSERV, UNKNOWN);
		return;
	}
	why = obstacle(s, stream->room, m);
	if (why) {
		service_say(s, CHANSERV, "%s", why);
		return;
	}
	if (!need_disk(s, "REPORT") || !need_new_report(s))
		return;
	report_make(stream->room, s->account, m, span_of(w->reason));
	service_say(s, CHANSERV, "Reported to the moderators of %s", stream->room->name);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct wanted *w = arg;

	(void)h;
	if (s && !s->closing)
		finish(s, w, rows);
	free(w->reason);
	free(w);
}

void chanserv_report(struct session *s, const struct service_call *c)
{
	struct span reason = c->text, id_text = span_cut(&reason, ' ');
	struct room *r = need_room(s, c->words[1]);
	struct wanted *w;
	struct query *q;
	uint64_t id;

	if (!r || !need_member(s, r) || !need_text(s, "REPORT", reason, REASON_MAX))
		return;
	if (!decode_id(id_text, &id)) {
		service_say(s, CHANSERV, UNKNOWN);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->room = r->stream.id;
	w->reason = span_dup(reason);
	q = ask_new(s->hub, QUERY_GET);
	q->from = (struct place){.is_set = true, .id = id};
	ask(s->hub, s, q, on_rows, w);
}
