// SPDX-License-Identifier: MIT
#include "server/hub/rooms/guest.h"
#include "server/hub/pages/page.h"

#include "server/hub/people/freed.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

static void ask_one(struct query *q, const struct account *a, const struct stream *stream)
{
	q->floors[q->n_streams] = reach_of(a, stream).upto.id;
	q->streams[q->n_streams++] = stream->id;
}

void page_ask_all(const struct account *a, struct query *q)
{
	size_t max = a->n_members + a->dialogs.n_items + 1, cursor = 0;
	const struct dialog *d;

	q->account = a->id;
	q->streams = arena_alloc(&q->arena, max * sizeof(*q->streams));
	q->floors = arena_alloc(&q->arena, max * sizeof(*q->floors));
	for (size_t i = 0; i < a->n_members; i++)
		ask_one(q, a, &a->members[i]->room->stream);
	while ((d = idmap_next(&a->dialogs, &cursor)))
		ask_one(q, a, &d->stream);
}

void page_ask_sender(struct hub *h, struct query *q, struct span name)
{
	const struct account *a = account_find(h, name);

	q->sender = arena_dup(&q->arena, name);
	q->sender_id = a ? a->id : name_was_of(h, name);
}

struct stream *find_history(struct session *s, struct span target, bool *known)
{
	struct dialog *d;

	*known = false;
	if (!target.len)
		return NULL;
	if (target.at[0] == '#') {
		struct room *r = room_find(s->hub, target);

		*known = r && member_find(r, s->account);
		return *known ? &r->stream : NULL;
	}
	d = dialog_named(s->account, target);
	*known = d || account_known(s, target);
	return d ? &d->stream : NULL;
}

static void page_begin(struct line *l, struct session *s, const char *type, struct span target,
		       char out[static BATCH_REF_LEN + 1])
{
	char name[BATCH_REF_LEN + 2] = "+";

	batch_ref(s->hub, out);
	memcpy(name + 1, out, BATCH_REF_LEN + 1);
	line_start(l, s->hub, NULL, "BATCH");
	line_str(l, name);
	line_str(l, type);
	if (target.len)
		line_param(l, target);
}

void page_open(struct session *s, const char *type, struct span target, struct span tag,
	       char out[static BATCH_REF_LEN + 1])
{
	struct line l;

	out[0] = '\0';
	if (!session_has(s, CAP_BATCH))
		return;
	page_begin(&l, s, type, target, out);
	l.client_tags = tag;
	reply_end(&l, s);
}

void page_bounds(const struct rows *rows, bool newest, size_t *first, size_t *end)
{
	size_t n = 0, bytes = 0;
	int64_t last_ms = 0;

	while (n < rows->n_messages) {
		size_t i = newest ? rows->n_messages - 1 - n : n;

		bytes += rows->messages[i].text.len + rows->messages[i].tags.len;
		if (n && bytes > HISTORY_PAGE_BYTES && rows->messages[i].time_ms != last_ms)
			break;
		last_ms = rows->messages[i].time_ms;
		n++;
	}
	*first = newest ? rows->n_messages - n : 0;
	*end = *first + n;
}

static void run_open(struct wire *w, struct span target, char ref[static BATCH_REF_LEN + 1])
{
	struct line l;

	if (!session_has(w->one, CAP_BATCH))
		return;
	page_begin(&l, w->one, "chathistory", target, ref);
	l.catches_up = w->catches_up;
	reply_end(&l, w->one);
	w->batch = span_of(ref);
}

static void run_close(const struct wire *w, const char *ref)
{
	struct line l;

	if (!ref[0])
		return;
	batch_end(&l, w->one, ref);
	l.catches_up = w->catches_up;
	reply_end(&l, w->one);
}

void page_show_runs(struct session *s, const struct entry_message *messages, size_t n,
		    bool is_live, bool catches_up)
{
	struct wire w = {.hub = s->hub, .one = s, .catches_up = catches_up};
	char ref[BATCH_REF_LEN + 1] = "";
	stream_id open = 0;

	w.stamp = !is_live && !session_has(s, CAP_SERVER_TIME);
	for (size_t i = 0; i < n; i++) {
		const struct entry_message *m = &messages[i];
		const struct stream *stream = history_stream(s->hub, m->stream);

		if (!stream || !may_see(s->account, stream, m))
			continue;
		if (!is_live && open != m->stream) {
			run_close(&w, ref);
			run_open(&w, stream_name(stream, s->account), ref);
			open = m->stream;
		}
		wire_show(&w, m, message_target(stream, m, s->account));
	}
	run_close(&w, ref);
}
