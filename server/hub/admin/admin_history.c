// SPDX-License-Identifier: MIT
// history prune: what the bounds of retention no longer keep, shown and let go.
#include "server/hub/admin/admin_room.h"
#include "server/hub/admin/admin_history.h"

#include "common/clock.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/retention.h"

#include <stdlib.h>

bool verb_room_flag(struct verb_call *c, struct room **r)
{
	struct span word = verb_value(c, "--room");
	struct buf name = {0};

	*r = NULL;
	if (!word.at)
		return true;
	verb_room_name(word, &name);
	*r = room_find(c->hub, buf_span(&name));
	if (!*r)
		verb_end(c, ADMIN_NOT_FOUND, "there is no room " SPAN_FMT,
			 SPAN_ARG(buf_span(&name)));
	buf_clear(&name);
	return *r != NULL;
}

bool verb_time_ago(struct verb_call *c, const char *flag, struct place *place)
{
	struct span text = verb_value(c, flag);
	int64_t ago;

	if (!text.at)
		return true;
	place->is_set = true;
	if (clock_parse(text, &place->time_ms))
		return true;
	if (clock_parse_span(text, &ago)) {
		place->time_ms = c->hub->now.wall_ms - ago;
		return true;
	}
	verb_end(c, ADMIN_USAGE,
		 "%s wants a time as in 7d (so long ago) or 2026-01-31T12:00:00.000Z, "
		 "not " SPAN_FMT,
		 flag, SPAN_ARG(text));
	return false;
}

static void name_cell(struct verb_call *c, const char *name)
{
	verb_text(c, name ? span_of(name) : SPAN("(deleted)"));
}

void verb_stream_cell(struct verb_call *c, stream_id id)
{
	const struct stream *stream = history_stream(c->hub, id);
	struct buf name = {0};
	const char *gone;

	if (!stream || stream->room) {
		name_cell(c, stream ? stream->room->name : NULL);
		return;
	}
	gone = stream->dialog->gone ? stream->dialog->gone : "(deleted)";
	buf_printf(&name, "%s %s", stream->dialog->low ? stream->dialog->low->name : gone,
		   stream->dialog->high ? stream->dialog->high->name : gone);
	verb_text(c, buf_span(&name));
	buf_clear(&name);
}

static void add_row(struct verb_call *c, const struct rows_target *t)
{
	verb_stream_cell(c, t->stream);
	verb_number(c, t->n_messages);
	verb_number(c, t->bytes);
	verb_time(c, t->time_ms);
}

// Adds a row for each, or for the one that was asked for; lets them go unless it is a
// rehearsal. Gives how many messages that is.
static int64_t prune(struct verb_call *c, const struct rows *rows, stream_id only, bool is_dry)
{
	int64_t n = 0;

	for (size_t i = 0; i < rows->n_targets; i++) {
		const struct rows_target *t = &rows->targets[i];

		if (only && t->stream != only)
			continue;
		add_row(c, t);
		n += t->n_messages;
		if (!is_dry)
			retention_expire(c->hub, t);
	}
	return n;
}

static bool may_prune(struct verb_call *c, bool is_dry)
{
	if (is_dry || can_mend(c->hub))
		return true;
	verb_end(c, ADMIN_FAILED, "the disk takes nothing at the moment: nothing was done");
	return false;
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	static const char *const columns[] = {"room", "messages", "bytes", "newest"};
	struct verb_call *c = arg;
	bool is_dry = verb_flag(c, "--dry-run");
	struct room *r;
	int64_t n;

	(void)h;
	(void)s;
	if (rows->result != ROWS_OK) {
		verb_end(c, ADMIN_FAILED, "the history could not be read");
		return;
	}
	if (!verb_room_flag(c, &r) || !may_prune(c, is_dry))
		return;
	verb_columns(c, columns, ARRAY_LEN(columns));
	n = prune(c, rows, r ? r->stream.id : 0, is_dry);
	c->is_unchanged = is_dry || !n;
	if (n && !is_dry)
		verb_audit(c, r ? span_of(r->name) : SPAN(""));
	verb_end(c, ADMIN_DONE,
		 is_dry ? "messages that would go: %lld" : "messages let go: %lld",
		 (long long)n);
}

void verb_history_prune(struct verb_call *c)
{
	struct room *r;

	if (verb_may_wait(c) && verb_room_flag(c, &r) &&
	    may_prune(c, verb_flag(c, "--dry-run")))
		ask(c->hub, verb_asker(c), retention_query(c->hub), on_rows, c);
}
