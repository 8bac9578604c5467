// SPDX-License-Identifier: MIT
// audit list, audit note, room log: what was done, by whom.
#include "common/text.h"
#include "server/hub/admin/admin_history.h"
#include "server/hub/admin/admin_room.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/room.h"
#include "server/letters/limits.h"

#define AUDIT_LIMIT 100

static bool is_of_room(const struct verb_call *c)
{
	return span_eq(c->request->words[0], SPAN("room"));
}

static void add_row(struct verb_call *c, const struct entry_audit *row)
{
	const struct room *r = row->room ? room_by_id(c->hub, row->room) : NULL;

	verb_time(c, row->at_ms);
	verb_text(c, row->actor);
	verb_text(c, row->verb);
	verb_text(c, row->detail);
	if (is_of_room(c))
		return; // its details have the reason
	verb_text(c, row->reason);
	verb_text(c, row->uid);
	verb_text(c, r ? span_of(r->name) : SPAN(""));
}

static void on_audit(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	static const char *const columns[] = {"at",     "actor", "verb", "detail",
					      "reason", "uid",   "room"};
	struct verb_call *c = arg;

	(void)h;
	(void)s;
	if (rows->result != ROWS_OK) {
		verb_end(c, ADMIN_FAILED, "the audit log could not be read");
		return;
	}
	verb_columns(c, columns, is_of_room(c) ? 4 : ARRAY_LEN(columns));
	for (size_t i = 0; i < rows->n_audit; i++)
		add_row(c, &rows->audit[i]);
	verb_end(c, ADMIN_DONE, "%zu acts", rows->n_audit);
}

static bool take_limit(struct verb_call *c, uint64_t *limit)
{
	struct span text = verb_value(c, "--limit");

	*limit = AUDIT_LIMIT;
	if (!text.at || (span_to_u64(text, limit) && *limit && *limit <= 100000))
		return true;
	verb_end(c, ADMIN_USAGE, "--limit is a number from 1 to 100000");
	return false;
}

static struct span kept(struct verb_call *c, const char *flag, struct query *q)
{
	struct span text = verb_value(c, flag);

	return arena_dup(&q->arena, text.at ? text : SPAN(""));
}

// The log of a room, 0: of the server.
static void list_log(struct verb_call *c, stream_id room)
{
	struct place from = {0}, to = {0};
	uint64_t limit;
	struct query *q;

	if (!take_limit(c, &limit) || !verb_time_ago(c, "--since", &from) ||
	    !verb_time_ago(c, "--until", &to))
		return;
	q = ask_new(c->hub, QUERY_AUDIT);
	q->stream = room;
	q->account = c->session ? c->session->account->id : 0;
	q->limit = (int64_t)limit;
	q->from = from;
	q->to = to;
	q->sender = kept(c, "--actor", q);
	q->named = kept(c, "--account", q);
	q->verb = kept(c, "--verb", q);
	ask(c->hub, verb_asker(c), q, on_audit, c);
}

void verb_audit_list(struct verb_call *c)
{
	list_log(c, 0);
}

void verb_room_log(struct verb_call *c)
{
	const struct room *r = verb_room(c, 0);

	if (r)
		list_log(c, r->stream.id);
}

static bool take_by(struct verb_call *c, struct span *by)
{
	static const char *const known[] = {"backup", "backup create", "db move",
					    "export", "tls export",    "user export"};

	*by = verb_value(c, "--by");
	for (size_t i = 0; by->at && i < ARRAY_LEN(known); i++) {
		if (span_eq(*by, span_of(known[i])))
			return true;
	}
	if (by->at) {
		verb_end(c, ADMIN_USAGE,
			 "--by is backup, backup create, db move, export, tls export or "
			 "user export");
		return false;
	}
	*by = SPAN("audit note");
	return true;
}

// What is handed out is read by the command line, past the server: this writes it down.
void verb_audit_note(struct verb_call *c)
{
	struct span text = verb_word(c, 0), by;
	uint32_t found;

	if (c->session)
		verb_end(c, ADMIN_UNREACHABLE,
			 "that is noted by the command line, on the server");
	else if (text.len > NOTE_MAX || !text_is_fit(text, TEXT_PLAIN, &found))
		verb_end(c, ADMIN_USAGE, "a note has at most %d bytes, and none that hides",
			 NOTE_MAX);
	else if (take_by(c, &by) && verb_may_write(c)) {
		verb_audit_as(c, by, text);
		verb_end(c, ADMIN_DONE, "noted");
	}
}
