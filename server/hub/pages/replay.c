// SPDX-License-Identifier: MIT
// Catching up, after a login or after a stall.
//
// 1. While s->replay is set, s has SESSION_REPLAYS: no live message reaches it, and
//    everything above replay.upto is still to come.
// 2. A page comes from the store while it lies further back than memory reaches (recent.h),
//    then from memory; only the last page, which leaves nothing above upto, ends it. So
//    the order is that of the ids, without a gap and without a repetition.
// 3. Behind each page stands a PING; the next page leaves with its PONG.
// 4. A device's cursor is moved by a PONG only, to what was sent before the PING.
// 5. Of a room in which too much was missed the oldest are left out (skip.h): a cursor that
//    moved past them does not come back to them.
#include "server/hub/pages/replay.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/grow.h"
#include "server/hub/pages/page.h"
#include "server/hub/pages/skip.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/roster.h"
#include "server/hub/history/recent.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct cursor {
	message_id id;
	char *device;
};

struct replay {
	message_id upto;  // all up to here was shown
	message_id asked; // the newest message when the page was asked for
	bool after_stall; // lines look live; otherwise they stand in batches or are stamped
	bool is_asked;    // a page is being fetched
	struct skips skips;
	message_id *said; // by the session itself meanwhile
	size_t n_said, said_space;
};

bool replay_is_tracked(const struct session *s)
{
	return s->account && !session_has(s, CAP_CHATHISTORY) &&
	       !session_has(s, CAP_ZNC_PLAYBACK);
}

static struct span device_of(const struct session *s)
{
	return s->device ? span_of(s->device) : SPAN("");
}

static struct cursor *cursor_put(struct account *a, struct span device, message_id id)
{
	struct cursor *c = map_find(&a->cursors, device);

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		c->device = span_dup(device);
		map_put(&a->cursors, span_of(c->device), c);
	}
	c->id = id;
	return c;
}

void cursor_load(struct hub *h, const struct entry_cursor *row)
{
	struct account *a = account_by_id(h, row->account);

	if (a)
		cursor_put(a, row->device, row->id);
}

void cursor_copy(struct account *a, struct span from, struct span to)
{
	const struct cursor *c = map_find(&a->cursors, from);
	struct entry e = {.kind = ENTRY_CURSOR};

	if (!c || map_find(&a->cursors, to) || a->cursors.n_items >= CURSORS_PER_ACCOUNT)
		return;
	e.cursor = (struct entry_cursor){a->id, to, c->id};
	cursor_put(a, to, c->id);
	post(a->hub, &e);
}

void cursors_free(struct account *a)
{
	size_t cursor = 0;
	struct cursor *c;

	while ((c = map_next(&a->cursors, &cursor))) {
		free(c->device);
		free(c);
	}
	map_clear(&a->cursors);
}

static void cursor_move(struct session *s, message_id id)
{
	struct account *a = s->account;
	const struct cursor *c = map_find(&a->cursors, device_of(s));
	struct entry e = {.kind = ENTRY_CURSOR};

	if ((c && c->id >= id) || !can_mend(s->hub) ||
	    (!c && a->cursors.n_items >= CURSORS_PER_ACCOUNT))
		return;
	cursor_put(a, device_of(s), id);
	e.cursor = (struct entry_cursor){a->id, device_of(s), id};
	post(s->hub, &e);
}

// The newest message of all conversations of an account.
static message_id newest_of(const struct account *a)
{
	message_id newest = 0;
	const struct dialog *d;
	size_t cursor = 0;

	for (size_t i = 0; i < a->n_members; i++) {
		if (a->members[i]->room->stream.last > newest)
			newest = a->members[i]->room->stream.last;
	}
	while ((d = idmap_next(&a->dialogs, &cursor))) {
		if (d->stream.last > newest)
			newest = d->stream.last;
	}
	return newest;
}

static void send_ping(struct session *s, message_id id, bool catches_up)
{
	char text[ID_TEXT_LEN + 1];
	struct line l;

	encode_id(id, text);
	s->caught_up = id;
	line_start(&l, s->hub, NULL, "PING");
	l.catches_up = catches_up;
	buf_printf(&l.body, " :replay-%s", text);
	session_say(s, &l);
	line_clear(&l);
}

static void withhold(struct session *s, bool yes)
{
	if (yes)
		s->caps |= SESSION_REPLAYS;
	else
		s->caps &= ~SESSION_REPLAYS;
	rooms_caps(s);
}

void replay_free(struct session *s)
{
	if (!s->replay)
		return;
	skips_clear(&s->replay->skips);
	free(s->replay->said);
	free(s->replay);
	s->replay = NULL;
}

// A stalled client did not hear who left or came without a word in history.
static void refresh_rooms(struct session *s)
{
	if (session_has(s, CAP_NO_IMPLICIT_NAMES))
		return;
	for (size_t i = 0; i < s->account->n_members; i++)
		names_again(s, s->account->members[i]->room);
}

static void go_live(struct session *s)
{
	bool after_stall = s->replay->after_stall;
	message_id upto = s->replay->upto;

	replay_free(s);
	withhold(s, false);
	if (s->stalled) {
		s->stalled = false;
		outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_LIVE)->conn = s->id;
	}
	if (after_stall)
		refresh_rooms(s);
	if (replay_is_tracked(s))
		send_ping(s, upto, true);
}

static bool was_said(const struct replay *r, message_id id)
{
	for (size_t i = 0; i < r->n_said; i++) {
		if (r->said[i] == id)
			return true;
	}
	return false;
}

static bool is_wanted(const struct session *s, const struct entry_message *m)
{
	if (was_said(s->replay, m->id) || m->redacted ||
	    m->id <= skips_upto(&s->replay->skips, m->stream))
		return false;
	if (m->kind == MESSAGE_PRIVMSG || m->kind == MESSAGE_NOTICE)
		return true;
	if (m->kind == MESSAGE_TAGMSG)
		return session_has(s, CAP_MESSAGE_TAGS);
	return s->replay->after_stall;
}

// Shows what is wanted of them; those that are not count as shown.
static void show(struct session *s, const struct entry_message *messages, size_t n)
{
	struct replay *r = s->replay;
	struct entry_message *wanted = xcalloc(n + 1, sizeof(*wanted));
	size_t n_wanted = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_wanted(s, &messages[i]))
			wanted[n_wanted++] = messages[i];
	}
	page_show_runs(s, wanted, n_wanted, r->after_stall, true);
	if (n)
		r->upto = messages[n - 1].id;
	free(wanted);
}

static void next_page(struct session *s);

// The store answered: is there somebody who goes on with it? Until then the replay stays.
static bool takes_rows(struct session *s, const struct rows *rows)
{
	if (!s || s->closing)
		return false;
	s->replay->is_asked = false;
	if (rows->result == ROWS_OK)
		return true;
	s->cursor_stands = true; // the next login tries again
	go_live(s);
	return false;
}

// What is newer than the question is left for the next: a conversation that began since was
// not asked about, and is not to be passed over.
static size_t asked_for(const struct replay *r, const struct rows *rows, size_t end)
{
	while (end && rows->messages[end - 1].id > r->asked)
		end--;
	return end;
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	size_t first, end, wanted;

	(void)h;
	(void)arg;
	if (!takes_rows(s, rows))
		return;
	page_bounds(rows, false, &first, &end);
	wanted = asked_for(s->replay, rows, end);
	show(s, rows->messages, wanted);
	if (wanted == end && (rows->more || end < rows->n_messages)) {
		send_ping(s, s->replay->upto, true);
		return;
	}
	s->replay->upto = s->replay->asked; // what was redacted did not come
	next_page(s);
}

static void ask_page(struct session *s)
{
	struct query *q = ask_new(s->hub, QUERY_MISSED);

	page_ask_all(s->account, q);
	skips_apply(&s->replay->skips, q);
	q->from = (struct place){.is_set = true, .id = s->replay->upto};
	q->events = s->replay->after_stall || session_has(s, CAP_MESSAGE_TAGS);
	q->limit = HISTORY_PAGE_UNASKED;
	s->replay->is_asked = true;
	s->replay->asked = s->hub->last_message;
	ask(s->hub, s, q, on_rows, NULL);
}

static bool is_mine(const struct session *s, const struct entry_message *m)
{
	const struct stream *stream = history_stream(s->hub, m->stream);

	return stream && may_see(s->account, stream, m);
}

// From memory: false when there is more than one page of it.
static bool show_recent(struct session *s)
{
	const struct entry_message *m;
	struct entry_message page[64];
	size_t n = 0, bytes = 0;
	message_id at = s->replay->upto;

	while ((m = recent_after(s->hub, at)) && bytes < HISTORY_PAGE_BYTES) {
		at = m->id;
		if (!is_mine(s, m))
			continue;
		bytes += m->text.len + 128;
		page[n++] = *m;
		if (n == ARRAY_LEN(page)) {
			show(s, page, n);
			n = 0;
		}
	}
	show(s, page, n);
	s->replay->upto = at;
	return m == NULL;
}

static void next_page(struct session *s)
{
	if (s->replay->is_asked)
		return;
	if (newest_of(s->account) <= s->replay->upto) {
		go_live(s);
	} else if (!recent_covers(s->hub, s->replay->upto)) {
		ask_page(s);
	} else if (show_recent(s)) {
		go_live(s);
	} else {
		send_ping(s, s->replay->upto, true);
	}
}

static void start(struct session *s, message_id upto, bool after_stall)
{
	s->replay = xcalloc(1, sizeof(*s->replay));
	s->replay->upto = upto;
	s->replay->after_stall = after_stall;
	withhold(s, true);
}

static void on_skipped(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	(void)h;
	(void)arg;
	if (!takes_rows(s, rows))
		return;
	skips_take(&s->replay->skips, s, rows);
	next_page(s);
}

// First of all what is too much is left out.
static void begin(struct session *s)
{
	struct query *q = skips_ask(s, s->replay->upto);

	s->replay->is_asked = q != NULL;
	if (q)
		ask(s->hub, s, q, on_skipped, NULL);
	else
		next_page(s);
}

void replay_welcome(struct session *s)
{
	const struct cursor *c;

	if (!replay_is_tracked(s))
		return;
	c = map_find(&s->account->cursors, device_of(s));
	if (!c) {
		cursor_move(s, s->hub->last_message); // a new device starts now
	} else if (newest_of(s->account) > c->id) {
		start(s, c->id, false);
		begin(s);
	}
}

void replay_stalled(struct session *s, entry_no after, bool begun)
{
	message_id upto = recent_before(s->hub, after, begun);

	s->stalled = true;
	if (s->closing || !s->account || !s->registered)
		return;
	if (!s->replay)
		start(s, upto, true);
}

void replay_catch_up(struct session *s)
{
	if (s->closing || !s->account)
		return;
	if (s->replay)
		next_page(s);
	else
		outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_LIVE)->conn = s->id;
}

void replay_pong(struct session *s, struct span token)
{
	const struct span prefix = SPAN("replay-");
	message_id id;

	if (!span_starts(token, prefix) || !decode_id(span_after(token, prefix.len), &id) ||
	    id != s->caught_up || !id)
		return;
	s->caught_up = 0;
	if (replay_is_tracked(s))
		cursor_move(s, id);
	if (s->replay)
		next_page(s);
	else if (newest_of(s->account) > id)
		replay_is_due(s->hub);
}

void replay_said(struct session *s, message_id id)
{
	struct replay *r = s->replay;

	if (!r)
		return;
	r->said = grow(r->said, r->n_said, &r->said_space, sizeof(*r->said));
	r->said[r->n_said++] = id;
}

// A live client that got something since its cursor is asked whether it did: when nothing
// more came for a moment, and now and then while it goes on. True: it is to be asked later.
static bool check_cursor(struct session *s)
{
	int64_t now_ms = s->hub->now.mono_ms;
	const struct cursor *c;
	message_id newest;

	if (!s->registered || s->closing || s->replay || s->stalled || s->caught_up ||
	    s->cursor_stands || !replay_is_tracked(s))
		return false;
	c = map_find(&s->account->cursors, device_of(s));
	newest = newest_of(s->account);
	if (!c || newest <= c->id)
		return false;
	if (!s->unasked_ms)
		s->unasked_ms = now_ms;
	if (newest != s->newest && now_ms < s->unasked_ms + CURSOR_EVERY_MS) {
		s->newest = newest;
		return true;
	}
	s->unasked_ms = 0;
	send_ping(s, s->hub->last_message, false);
	return false;
}

static void on_cursors(struct hub *h, struct timer *t)
{
	bool again = false;

	(void)t;
	list_for_each(item, &h->session_list)
		again |= check_cursor(container_of(item, struct session, in_hub));
	if (again)
		replay_is_due(h);
}

// Among thousands of sessions the walk is made less often.
void replay_is_due(struct hub *h)
{
	int64_t wait_ms = CURSOR_QUIET_MS + (int64_t)h->sessions.n_items / 2;

	if (wait_ms > CURSOR_EVERY_MS)
		wait_ms = CURSOR_EVERY_MS;
	if (!h->on_cursors.is_set && !h->loading)
		timer_set(h, &h->on_cursors, h->now.mono_ms + wait_ms, on_cursors);
}
