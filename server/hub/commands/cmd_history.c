// SPDX-License-Identifier: MIT
// CHATHISTORY (draft/chathistory).
#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "server/hub/commands/command.h"
#include "server/hub/pages/page.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/reach.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// One end of what is asked for.
struct bound {
	enum { BOUND_NONE, BOUND_TIME, BOUND_ID, BOUND_SEQ } kind;
	struct place place;
	struct span history; // of a number: which one, "" this
};

// A request, while the store is asked.
struct asked {
	const char *verb;
	char *target; // as it is called in the answer
	bool is_around;
	uint64_t hidden; // so many are not for s to read
};

struct subcommand {
	const char *name;
	size_t n_bounds;
	void (*fill)(struct query *q, const struct bound *b);
	bool open_bound; // '*' is allowed
};

static void fill_latest(struct query *q, const struct bound *b)
{
	q->from = b[0].place;
	q->newest_first = true;
}

static void fill_before(struct query *q, const struct bound *b)
{
	q->to = b[0].place;
	q->newest_first = true;
}

static void fill_after(struct query *q, const struct bound *b)
{
	q->from = b[0].place;
}

static void fill_around(struct query *q, const struct bound *b)
{
	q->kind = QUERY_AROUND;
	q->from = b[0].place;
}

// Which is the later one the store knows: an id tells nothing of a time.
static void fill_between(struct query *q, const struct bound *b)
{
	q->from = b[0].place;
	q->to = b[1].place;
	q->either_way = true;
}

static const struct subcommand subcommands[] = {
	{"LATEST", 1, fill_latest, true},    {"BEFORE", 1, fill_before, false},
	{"AFTER", 1, fill_after, false},     {"AROUND", 1, fill_around, false},
	{"BETWEEN", 2, fill_between, false},
};

static const char *const targets_verb = "TARGETS";

// FAIL CHATHISTORY CODE verb [context] :text
static void refuse(struct session *s, const char *code, struct span verb, struct span context,
		   const char *text)
{
	struct line l;

	line_start(&l, s->hub, NULL, "FAIL");
	line_str(&l, "CHATHISTORY");
	line_str(&l, code);
	line_param(&l, verb);
	if (context.at)
		line_param(&l, context);
	line_text(&l, span_of(text));
	reply_end(&l, s);
}

// "snug.chat/seq=17" or "snug.chat/seq=17@HISTORY".
static bool parse_seq(const struct session *s, struct span text, struct bound *b)
{
	const struct span prefix = SPAN("snug.chat/seq=");
	struct span number;

	if (!session_has(s, CAP_SEQUENCE) || !span_starts(text, prefix))
		return false;
	text = span_after(text, prefix.len);
	number = span_cut(&text, '@');
	if (!span_to_u64(number, &b->place.seq) || b->place.seq >= INT64_MAX)
		return false;
	b->history = text;
	b->kind = BOUND_SEQ;
	return true;
}

// A number of another history, or one that was never given out in this one.
static bool is_foreign(const struct session *s, const struct bound *b,
		       const struct stream *stream)
{
	struct buf ours = {0};
	bool is_other;

	if (b->kind != BOUND_SEQ)
		return false;
	encode_hex(&ours, s->hub->history, sizeof(s->hub->history));
	is_other = b->history.len && !span_eq(b->history, buf_span(&ours));
	buf_clear(&ours);
	return is_other || b->place.seq > (stream ? stream->seq : 0) + 1;
}

static bool need_same_history(struct session *s, const struct msg *m, const struct bound *b,
			      const struct stream *stream)
{
	for (size_t i = 0; i < 2; i++) {
		if (!is_foreign(s, &b[i], stream))
			continue;
		refuse(s, "HISTORY_CHANGED", m->params[0], m->params[1],
		       "This is another history than the one of that number: ask LATEST");
		return false;
	}
	return true;
}

static bool parse_bound(const struct session *s, struct span text, bool open, struct bound *b)
{
	const struct span time = SPAN("timestamp="), id = SPAN("msgid=");

	*b = (struct bound){.place.is_set = true};
	if (open && span_eq(text, SPAN("*"))) {
		b->place.is_set = false;
		return true;
	}
	if (span_starts(text, time)) {
		b->kind = BOUND_TIME;
		return clock_parse(span_after(text, time.len), &b->place.time_ms);
	}
	if (span_starts(text, id)) {
		b->kind = BOUND_ID;
		return decode_id(span_after(text, id.len), &b->place.id) && b->place.id;
	}
	return parse_seq(s, text, b);
}

// Enough parameters and not too many: or the error was sent.
static bool need_count(struct session *s, const struct msg *m, size_t count)
{
	if (m->n_params == count)
		return true;
	refuse(s, "INVALID_PARAMS", m->params[0], (struct span){0},
	       m->n_params < count ? "Insufficient parameters" : "Too many parameters");
	return false;
}

static bool need_limit(struct session *s, const struct msg *m, int64_t *limit)
{
	struct span text = m->params[m->n_params - 1];
	uint64_t n;

	if (!span_to_u64(text, &n) || !n) {
		refuse(s, "INVALID_PARAMS", m->params[0], text,
		       "The limit is a number above 0");
		return false;
	}
	*limit = n < HISTORY_PAGE_MAX ? (int64_t)n : HISTORY_PAGE_MAX;
	return true;
}

static bool need_bounds(struct session *s, const struct msg *m, const struct subcommand *c,
			struct bound *b)
{
	for (size_t i = 0; i < c->n_bounds; i++) {
		struct span text = m->params[2 + i];
		bool parsed = parse_bound(s, text, c->open_bound, &b[i]);

		if (parsed && (b[i].kind == BOUND_SEQ) == (b[0].kind == BOUND_SEQ) &&
		    !(b[i].kind == BOUND_SEQ && c->fill == fill_around))
			continue;
		refuse(s, "INVALID_PARAMS", m->params[0], text,
		       span_find(text, '=') < text.len ? "Invalid timestamp or message id"
						       : "Unknown type of reference");
		return false;
	}
	return true;
}

static void asked_free(struct asked *a)
{
	free(a->target);
	free(a);
}

// What stands below the floor is not for s: where the page comes down to it, the numbers up to
// there are told, so that nobody takes them for a hole.
static void put_tags(const struct session *s, const struct asked *a, bool is_end,
		     bool comes_down, struct buf *out)
{
	if (is_end)
		buf_add_span(out, PAGE_END);
	if (!a->hidden || !session_has(s, CAP_SEQUENCE))
		return;
	buf_printf(out, "%ssnug.chat/floor=%llu", is_end ? ";" : "",
		   (unsigned long long)a->hidden + 1);
	if (comes_down)
		buf_printf(out, ";snug.chat/hidden=1-%llu", (unsigned long long)a->hidden);
}

static void show_page(struct session *s, const struct asked *a, const struct rows *rows)
{
	char ref[BATCH_REF_LEN + 1];
	struct buf tags = {0};
	size_t first, end;
	bool is_end;

	page_bounds(rows, rows->newest && !a->is_around, &first, &end);
	is_end = !a->is_around && !rows->more && end - first == rows->n_messages;
	put_tags(s, a, is_end, rows->at_floor && first == 0, &tags);
	page_open(s, "chathistory", span_of(a->target), buf_span(&tags), ref);
	buf_clear(&tags);
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
	struct asked *a = arg;

	(void)h;
	if (s && !s->closing) {
		if (rows->result == ROWS_OK)
			show_page(s, a, rows);
		else
			refuse(s, "MESSAGE_ERROR", span_of(a->verb), span_of(a->target),
			       "Messages could not be retrieved");
	}
	asked_free(a);
}

static void show_nothing(struct session *s, struct span target)
{
	char ref[BATCH_REF_LEN + 1];

	page_open(s, "chathistory", target, PAGE_END, ref);
	batch_close(s, ref);
}

static void ask_page(struct session *s, const struct subcommand *c, struct span target,
		     const struct stream *stream, const struct bound *b, int64_t limit)
{
	struct query *q = ask_new(s->hub, QUERY_PAGE);
	struct asked *a = xcalloc(1, sizeof(*a));
	struct reach reach = reach_of(s->account, stream);

	q->stream = stream->id;
	q->floor = reach.upto.id;
	q->limit = limit;
	// Events have no number.
	q->events = b[0].kind != BOUND_SEQ && session_has(s, CAP_EVENT_PLAYBACK);
	q->redacted = shows_redacted(s);
	c->fill(q, b);
	a->verb = c->name;
	a->target = span_dup(target);
	a->is_around = q->kind == QUERY_AROUND;
	a->hidden = reach.upto.seq;
	ask(s->hub, s, q, on_rows, a);
}

static void run_page(struct session *s, const struct msg *m, const struct subcommand *c)
{
	struct bound b[2] = {0};
	const struct stream *stream;
	int64_t limit;
	bool known;

	if (!need_count(s, m, 3 + c->n_bounds) || !need_bounds(s, m, c, b) ||
	    !need_limit(s, m, &limit))
		return;
	stream = find_history(s, m->params[1], &known);
	if (!known)
		refuse(s, "INVALID_TARGET", m->params[0], m->params[1],
		       "Messages could not be retrieved");
	else if (!need_same_history(s, m, b, stream))
		return;
	else if (!stream)
		show_nothing(s, m->params[1]);
	else
		ask_page(s, c, m->params[1], stream, b, limit);
}

static void say_target(struct session *s, const struct rows_target *t, struct span ref)
{
	const struct stream *stream = history_stream(s->hub, t->stream);
	char time[CLOCK_TEXT_LEN + 1];
	struct span name;
	struct line l;

	if (!stream || !may_read(s->account, stream, t->id))
		return;
	name = stream_name(stream, s->account);
	if (span_eq(name, SPAN("*")))
		return;
	clock_text(t->time_ms, time);
	line_start(&l, s->hub, NULL, "CHATHISTORY");
	line_str(&l, targets_verb);
	line_param(&l, name);
	line_str(&l, time);
	l.batch = ref;
	reply_end(&l, s);
}

static void on_targets(struct hub *h, struct session *s, struct rows *rows, void *arg)
{
	char ref[BATCH_REF_LEN + 1];

	(void)h;
	(void)arg;
	if (!s || s->closing)
		return;
	if (rows->result != ROWS_OK) {
		refuse(s, "MESSAGE_ERROR", span_of(targets_verb), SPAN("*"),
		       "Conversations could not be retrieved");
		return;
	}
	page_open(s, "draft/chathistory-targets", (struct span){0},
		  rows->more ? SPAN("") : PAGE_END, ref);
	for (size_t i = 0; i < rows->n_targets; i++)
		say_target(s, &rows->targets[i], span_of(ref));
	batch_close(s, ref);
}

static void fill_times(struct query *q, const struct bound *b)
{
	bool backwards = b[0].place.time_ms > b[1].place.time_ms;

	q->from = b[backwards ? 1 : 0].place;
	q->to = b[backwards ? 0 : 1].place;
	q->newest_first = backwards;
}

static void run_targets(struct session *s, const struct msg *m)
{
	struct bound b[2];
	struct query *q;
	int64_t limit;

	if (!need_count(s, m, 4) || !need_limit(s, m, &limit))
		return;
	for (size_t i = 0; i < 2; i++) {
		if (parse_bound(s, m->params[1 + i], false, &b[i]) && b[i].kind == BOUND_TIME)
			continue;
		refuse(s, "INVALID_PARAMS", m->params[0], m->params[1 + i],
		       "Invalid timestamp");
		return;
	}
	q = ask_new(s->hub, QUERY_TARGETS);
	page_ask_all(s->account, q);
	q->limit = limit;
	fill_times(q, b);
	ask(s->hub, s, q, on_targets, NULL);
}

// CHATHISTORY <subcommand> <target> <bound> [<bound>] <limit>
void cmd_chathistory(struct session *s, const struct msg *m)
{
	struct span verb = m->params[0];

	if (span_eq_fold(verb, span_of(targets_verb))) {
		run_targets(s, m);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(subcommands); i++) {
		if (span_eq_fold(verb, span_of(subcommands[i].name))) {
			run_page(s, m, &subcommands[i]);
			return;
		}
	}
	refuse(s, "INVALID_PARAMS", verb, (struct span){0}, "Unknown command");
}
