// SPDX-License-Identifier: MIT
// znc.in/playback, as clients of ZNC know it: PLAY <target|*> [from [to]].
#include "server/hub/commands/playback.h"

#include "common/die.h"
#include "server/hub/pages/page.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// "1700000000.125", digits past the millisecond rounded away. False: no time.
static bool parse_seconds(struct span text, int64_t *ms)
{
	struct span seconds = span_cut(&text, '.');
	uint64_t whole, micros = 0;

	if (!span_to_u64(seconds, &whole) || whole > INT64_MAX / 10000)
		return false;
	for (size_t i = 0; i < 6; i++) {
		char c = i < text.len ? text.at[i] : '0';

		if (c < '0' || c > '9')
			return false;
		micros = micros * 10 + (uint64_t)(c - '0');
	}
	*ms = (int64_t)(whole * 1000 + (micros + 500) / 1000);
	return true;
}

// Of one conversation the newest are kept, of all together the oldest; where more are behind
// them, without those of the last time, of which some may be among these.
static void bound(const struct rows *rows, size_t *first, size_t *end)
{
	const struct entry_message *m = rows->messages;

	page_bounds(rows, rows->newest, first, end);
	if (rows->newest || !rows->more || *end < rows->n_messages || !*end ||
	    m[0].time_ms == m[*end - 1].time_ms)
		return;
	for (int64_t last_ms = m[*end - 1].time_ms; m[*end - 1].time_ms == last_ms; --*end)
		continue;
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	int64_t *to_ms = arg;
	size_t n = 0, first, end;

	(void)h;
	if (s && !s->closing && rows->result == ROWS_OK) {
		bound(rows, &first, &end);
		for (size_t i = first; i < end; i++) {
			if (rows->messages[i].time_ms < *to_ms)
				rows->messages[n++] = rows->messages[i];
		}
		page_show_runs(s, rows->messages, n, false, false);
	}
	free(to_ms);
}

// What is to be played; NULL: nothing of that name.
static struct query *make_query(struct session *s, struct span target, int64_t from_ms,
				int64_t to_ms)
{
	const struct stream *stream;
	struct query *q;
	bool known;

	if (span_eq(target, SPAN("*"))) {
		q = ask_new(s->hub, QUERY_MISSED);
		page_ask_all(s->account, q);
		q->from = (struct place){.is_set = true, .time_ms = from_ms - 1};
		q->limit = HISTORY_PAGE_MAX;
		return q;
	}
	stream = find_history(s, target, &known);
	if (!stream)
		return NULL;
	q = ask_new(s->hub, QUERY_PAGE);
	q->stream = stream->id;
	q->floor = reach_of(s->account, stream).upto.id;
	q->from = (struct place){.is_set = from_ms > 0, .time_ms = from_ms - 1};
	q->to = (struct place){.is_set = to_ms != INT64_MAX, .time_ms = to_ms};
	q->newest_first = true;
	q->limit = HISTORY_PAGE_MAX;
	return q;
}

static void play(struct session *s, struct span rest)
{
	struct span target = span_cut(&rest, ' ');
	struct span from = span_cut(&rest, ' '), to = span_cut(&rest, ' ');
	int64_t from_ms = 0, *to_ms;
	struct query *q;

	to_ms = xmalloc(sizeof(*to_ms));
	*to_ms = INT64_MAX;
	if ((from.len && !parse_seconds(from, &from_ms)) ||
	    (to.len && !parse_seconds(to, to_ms))) {
		notice(s, "Times are seconds since 1970: PLAY <target|*> [from [to]]");
		free(to_ms);
		return;
	}
	q = make_query(s, target, from_ms, *to_ms);
	if (q)
		ask(s->hub, s, q, on_rows, to_ms);
	else
		free(to_ms);
}

bool playback_takes(struct session *s, const struct utterance *u, struct span target)
{
	struct span rest = u->text, verb;

	if (!span_eq_fold(target, SPAN("*playback")))
		return false;
	if (u->kind != MESSAGE_PRIVMSG)
		return true;
	verb = span_cut(&rest, ' ');
	if (span_eq_fold(verb, SPAN("play")))
		play(s, rest);
	else if (!span_eq_fold(verb, SPAN("clear")))
		notice(s, "PLAY <target|*> [from [to]] answers with what was said");
	return true;
}
