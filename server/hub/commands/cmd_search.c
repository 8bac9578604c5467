// SPDX-License-Identifier: MIT
// SEARCH (soju.im/search): text=…;in=…;from=…;after=…;before=…;limit=…, written like tags.
//
// Only what the account takes part in is looked at. The text is words: whatever stands
// in it, it reaches the store as a bound value.
#include "common/clock.h"
#include "server/hub/commands/command.h"
#include "server/hub/pages/page.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdio.h>

static void refuse(struct session *s, const char *code, struct span context, const char *text)
{
	fail(s, "SEARCH", code, context.len ? context : SPAN("*"), text);
}

// "timestamp=" may stand in front, as in CHATHISTORY.
static bool parse_time(struct span text, struct place *place)
{
	const struct span prefix = SPAN("timestamp=");

	if (span_starts(text, prefix))
		text = span_after(text, prefix.len);
	place->is_set = true;
	return clock_parse(text, &place->time_ms);
}

static bool parse_limit(struct span text, int64_t *limit)
{
	uint64_t n;

	if (!span_to_u64(text, &n) || !n)
		return false;
	*limit = n < SEARCH_MAX ? (int64_t)n : SEARCH_MAX;
	return true;
}

// Narrows the streams down to one.
static bool only_in(struct session *s, struct query *q, struct span target)
{
	const struct stream *stream;
	bool known;

	stream = find_history(s, target, &known);
	q->n_streams = stream ? 1 : 0;
	if (stream) {
		q->streams[0] = stream->id;
		q->floors[0] = reach_of(s->account, stream).upto.id;
	}
	return known;
}

static bool take_words(struct query *q, struct span words)
{
	struct span rest = words;
	size_t n = 0;

	while (rest.len)
		n += query_word_is_prefix(query_word(&rest));
	q->text = arena_dup(&q->arena, words);
	return n <= SEARCH_PREFIXES_MAX;
}

// One attribute; false when its value is wrong. Unknown ones are ignored.
static bool take(struct session *s, struct query *q, struct span key, struct span value)
{
	if (span_eq(key, SPAN("text")))
		return take_words(q, value);
	else if (span_eq(key, SPAN("from")))
		page_ask_sender(s->hub, q, value);
	else if (span_eq(key, SPAN("in")))
		return only_in(s, q, value);
	else if (span_eq(key, SPAN("after")))
		return parse_time(value, &q->from);
	else if (span_eq(key, SPAN("before")))
		return parse_time(value, &q->to);
	else if (span_eq(key, SPAN("limit")))
		return parse_limit(value, &q->limit);
	return true;
}

// A search that met its limit says how far back it looked, so that it can be gone on with.
static void open_batch(struct session *s, const struct rows *rows,
		       char ref[static BATCH_REF_LEN + 1])
{
	char time[CLOCK_TEXT_LEN + 1], tag[64] = "";

	if (rows->searched_to_ms) {
		clock_text(rows->searched_to_ms, time);
		snprintf(tag, sizeof(tag), "snug.chat/search-to=%s", time);
		if (!session_has(s, CAP_MESSAGE_TAGS) || !session_has(s, CAP_BATCH))
			note(s, "SEARCH", "SEARCHED_TO", span_of(time),
			     "The search met its limit: it goes on with before=TIME");
	}
	page_open(s, "soju.im/search", (struct span){0}, span_of(tag), ref);
}

static void show(struct session *s, const struct rows *rows)
{
	char ref[BATCH_REF_LEN + 1];
	size_t first, end;

	page_bounds(rows, true, &first, &end);
	open_batch(s, rows, ref);
	for (size_t i = first; i < end; i++) {
		const struct entry_message *m = &rows->messages[i];
		const struct stream *stream = history_stream(s->hub, m->stream);

		if (stream && may_see(s->account, stream, m) && message_is_for(s, m))
			message_show(s, m, message_target(stream, m, s->account), span_of(ref));
	}
	batch_close(s, ref);
}

static void on_rows(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	(void)h;
	(void)arg;
	if (!s || s->closing)
		return;
	if (rows->result == ROWS_OK)
		show(s, rows);
	else if (rows->result == ROWS_TOO_MUCH)
		refuse(s, "TOO_BROAD", (struct span){0},
		       "Too many messages hold these words: search for more words, or in "
		       "one room");
	else
		refuse(s, "INTERNAL_ERROR", (struct span){0}, "The search could not be done");
}

// SEARCH <attributes>
void cmd_search(struct session *s, const struct msg *m)
{
	struct span rest = m->params[0], key, value;
	struct query *q;

	q = ask_new(s->hub, QUERY_SEARCH);
	page_ask_all(s->account, q);
	q->limit = SEARCH_MAX;
	while (msg_tag_next(&rest, &key, &value)) {
		struct buf plain = {0};
		bool good;

		msg_tag_unescape(&plain, value);
		good = take(s, q, key, buf_span(&plain));
		buf_clear(&plain);
		if (!good) {
			refuse(s, "INVALID_PARAMS", key,
			       span_eq(key, SPAN("text"))
				       ? "At most two words may end in *: write out the others"
				       : "This attribute cannot have that value");
			query_free(q);
			return;
		}
	}
	ask(s->hub, s, q, on_rows, NULL);
}
