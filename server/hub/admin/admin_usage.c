// SPDX-License-Identifier: MIT
// usage: what is stored, by whom, where and when. Asked of the store in stretches; the sums are
// of what stood there when each stretch was read.
//
// Who talks with whom is nobody's: conversations are one sum.
#include "server/hub/admin/admin_history.h"
#include "server/hub/history/history.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"

#include <stdlib.h>

#define DAY_MS (24 * 3600 * INT64_C(1000))
#define DATE_LEN 10 // of a time's text
#define CONVERSATIONS (-1)
#define DELETED (-2)

struct sum {
	int64_t key, bytes, lines;
};

struct usage_sums {
	struct verb_call *call;
	enum usage_by by;
	struct idmap places; // key -> its place in `at`, from 1
	struct sum *at;
	size_t n, space;
};

static int64_t known_key(const struct usage_sums *u, int64_t key)
{
	struct hub *h = u->call->hub;
	const struct stream *stream;

	if (u->by == USAGE_BY_ACCOUNT)
		return !key || account_by_id(h, key) ? key : DELETED;
	if (u->by == USAGE_BY_DAY)
		return key;
	stream = history_stream(h, key);
	if (stream && !stream->room)
		return CONVERSATIONS;
	return stream ? key : DELETED;
}

static void add(struct usage_sums *u, const struct rows_target *t)
{
	int64_t key = known_key(u, t->stream);
	size_t place = idmap_counted(&u->places, (uint64_t)key);

	if (!place) {
		u->at = grow(u->at, u->n, &u->space, sizeof(*u->at));
		u->at[u->n++] = (struct sum){.key = key};
		place = u->n;
		idmap_count(&u->places, (uint64_t)key, (int)place);
	}
	u->at[place - 1].bytes += t->bytes;
	u->at[place - 1].lines += t->n_messages;
}

static int by_bytes(const void *left, const void *right)
{
	const struct sum *a = left, *b = right;

	return a->bytes > b->bytes ? -1 : a->bytes < b->bytes;
}

static void name_cell(const struct usage_sums *u, int64_t key)
{
	struct verb_call *c = u->call;
	char day[CLOCK_TEXT_LEN + 1];

	if (key == CONVERSATIONS) {
		verb_text(c, SPAN("(conversations)"));
	} else if (key == DELETED) {
		verb_text(c, SPAN("(deleted)"));
	} else if (u->by == USAGE_BY_DAY) {
		clock_text(key * DAY_MS, day);
		verb_text(c, span_from(day, DATE_LEN));
	} else if (u->by == USAGE_BY_STREAM) {
		verb_stream_cell(c, key);
	} else {
		verb_text(c,
			  key ? span_of(account_by_id(c->hub, key)->name) : SPAN("(server)"));
	}
}

static void add_sums(struct verb_call *c, const struct sum *s)
{
	verb_number(c, s->bytes);
	verb_number(c, s->lines);
}

static void free_sums(struct usage_sums *u)
{
	idmap_clear(&u->places);
	free(u->at);
	free(u);
}

static void finish(struct usage_sums *u)
{
	static const char *const columns[] = {"of", "name", "bytes", "lines"};
	static const char *const of[] = {"account", "room", "day"};
	struct verb_call *c = u->call;
	struct sum total = {0};

	if (u->n)
		qsort(u->at, u->n, sizeof(*u->at), by_bytes);
	verb_columns(c, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < u->n; i++) {
		verb_text(c, span_of(of[u->by]));
		name_cell(u, u->at[i].key);
		add_sums(c, &u->at[i]);
		total.bytes += u->at[i].bytes;
		total.lines += u->at[i].lines;
	}
	verb_text(c, SPAN("total"));
	verb_text(c, SPAN("all"));
	add_sums(c, &total);
	verb_end(c, ADMIN_DONE, "%s", "");
	free_sums(u);
}

static void ask_stretch(struct usage_sums *u, message_id from);

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	struct usage_sums *u = arg;

	(void)h;
	(void)s;
	if (rows->result != ROWS_OK) {
		verb_end(u->call, ADMIN_FAILED, "the history could not be read");
		free_sums(u);
		return;
	}
	for (size_t i = 0; i < rows->n_targets; i++)
		add(u, &rows->targets[i]);
	if (rows->more)
		ask_stretch(u, rows->targets[0].id);
	else
		finish(u);
}

static void ask_stretch(struct usage_sums *u, message_id from)
{
	struct query *q = ask_new(u->call->hub, QUERY_USAGE);

	q->from = (struct place){.is_set = true, .id = from};
	q->by = u->by;
	q->limit = USAGE_STRETCH;
	ask(u->call->hub, verb_asker(u->call), q, on_rows, u);
}

static bool take_by(struct verb_call *c, enum usage_by *by)
{
	static const char *const names[] = {"account", "room", "day"};
	struct span text = verb_value(c, "--by");

	*by = USAGE_BY_ACCOUNT;
	if (!text.at)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		*by = (enum usage_by)i;
		if (span_eq(text, span_of(names[i])))
			return true;
	}
	verb_end(c, ADMIN_USAGE, "--by is account, room or day, not " SPAN_FMT, SPAN_ARG(text));
	return false;
}

void verb_usage(struct verb_call *c)
{
	struct place since = {0};
	struct usage_sums *u;
	enum usage_by by;
	message_id from = 0;

	if (!take_by(c, &by) || !verb_time_ago(c, "--since", &since))
		return;
	// An id begins with the time.
	if (since.is_set && since.time_ms > 0)
		from = message_id_from(since.time_ms) - 1;
	u = xcalloc(1, sizeof(*u));
	u->call = c;
	u->by = by;
	ask_stretch(u, from);
}
