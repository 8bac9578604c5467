// SPDX-License-Identifier: MIT
// A server that really has a history, for tests of catching up: messages 1..n of #a, one a
// second.
#pragma once

#include "client/model/target.h"
#include "client/sync/catchup.h"
#include "tests/unit/client/wire.h"

#define CAPS                                                                                   \
	"message-tags server-time labeled-response batch echo-message draft/chathistory "      \
	"snug.chat/exactly-once snug.chat/sequence"

struct fixture {
	struct wire wire;
	int n_stored;
	int n_asked;    // CHATHISTORY but TARGETS
	int n_kept;     // 0: all; behind so many an older copy of the database was put back
	size_t longest; // limit asked for
	const char *history; // NULL: it is not named
	bool is_mute;        // answers no CHATHISTORY
	bool has_marker;     // all up to message 5 was read, on some device
	int n_spoken;        // 0: all; behind so many only events are stored
};

static inline struct fixture *of(struct scripted *s)
{
	return container_of(container_of(s, struct wire, server), struct fixture, wire);
}

#define ANOTHER 600 // added to the ids of what is said after the copy was put back

static inline void add_message(const struct fixture *f, struct buf *out, int n,
			       const char *tags)
{
	int id = f->n_kept && n > f->n_kept ? n + ANOTHER : n;

	if (f->n_spoken && n > f->n_spoken) {
		buf_printf(out,
			   "@%smsgid=m%04d;time=2026-11-22T12:%02d:%02d.000Z;snug.chat/seq=%d "
			   ":cem!c@h %s #a\r\n",
			   tags, id, id / 60, id % 60, n, n % 2 ? "JOIN" : "PART");
		return;
	}
	buf_printf(out,
		   "@%smsgid=m%04d;time=2026-11-22T12:%02d:%02d.000Z;snug.chat/seq=%d "
		   ":bob!b@h PRIVMSG #a :text %d\r\n",
		   tags, id, id / 60, id % 60, n, id);
}

static inline int number_of(struct span ref)
{
	int n = 0;
	struct buf text = {0};
	buf_add_span(&text, ref);
	if (sscanf(buf_str(&text), "msgid=m%d", &n) != 1)
		n = 0;
	buf_clear(&text);
	return n;
}

// The messages after `low` and before `high`, the newest `limit` of them.
static inline void answer(struct fixture *f, struct span label, int low, int high, int limit)
{
	struct buf out = {0};
	int first = high - limit > low + 1 ? high - limit : low + 1;
	buf_printf(&out, "@label=" SPAN_FMT " :h BATCH +p chathistory #a\r\n", SPAN_ARG(label));
	for (int n = first; n < high; n++)
		add_message(f, &out, n, "batch=p;");
	buf_add_str(&out, ":h BATCH -p");
	scripted_say(&f->wire.server, buf_str(&out));
	buf_clear(&out);
}

// As many before the place as behind it.
static inline void around(struct fixture *f, struct span label, struct span ref, int limit)
{
	int hour, minute, second, n = number_of(ref) % ANOTHER;
	struct buf text = {0};
	buf_add_span(&text, ref);
	if (sscanf(buf_str(&text), "timestamp=2026-11-22T%d:%d:%d", &hour, &minute, &second) ==
	    3)
		n = (hour - 12) * 3600 + minute * 60 + second;
	buf_clear(&text);
	n = n < 0 ? 0 : n;
	int low = n - limit / 2 - 1, high = low + limit + 1;
	low = low < 0 ? 0 : low;
	answer(f, label, low, high > f->n_stored ? f->n_stored + 1 : high, limit);
}

// It is not in the copy.
static inline bool is_gone(const struct fixture *f, struct span ref)
{
	int n = number_of(ref);

	return f->n_kept && n > f->n_kept && n < ANOTHER;
}

static inline void on_history(struct fixture *f, const struct msg *m)
{
	struct span label, what = msg_param(m, 0), ref = msg_param(m, 2);
	assert_true(msg_tag(m, SPAN("label"), &label));
	uint64_t limit;
	assert_true(span_to_u64(msg_param(m, m->n_params - 1), &limit));
	if (span_eq(what, SPAN("TARGETS"))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT " :h BATCH +t draft/chathistory-targets\r\n"
			   "@batch=t :h CHATHISTORY TARGETS cem 2026-11-22T12:00:00.000Z\r\n"
			   ":h BATCH -t",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	if (span_eq(msg_param(m, 1), SPAN("cem"))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT " :h BATCH +c chathistory cem\r\n"
			   "@batch=c;msgid=d1;time=2026-11-22T12:00:00.000Z :cem!c@h PRIVMSG "
			   "ann :psst\r\n"
			   ":h BATCH -c",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	f->n_asked++;
	if (is_gone(f, ref) || is_gone(f, msg_param(m, 3))) {
		struct buf out = {0};
		buf_printf(&out,
			   "@label=" SPAN_FMT
			   " :h FAIL CHATHISTORY MESSAGE_ERROR LATEST #a :no",
			   SPAN_ARG(label));
		scripted_say(&f->wire.server, buf_str(&out));
		buf_clear(&out);
		return;
	}
	f->longest = limit > f->longest ? limit : f->longest;
	if (span_eq(what, SPAN("LATEST")))
		answer(f, label, number_of(ref) % ANOTHER, f->n_stored + 1, (int)limit);
	else if (span_eq(what, SPAN("BEFORE")))
		answer(f, label, 0, number_of(ref) % ANOTHER, (int)limit);
	else if (span_eq(what, SPAN("AROUND")))
		around(f, label, ref, (int)limit);
	else if (span_eq(what, SPAN("BETWEEN")))
		answer(f, label, number_of(msg_param(m, 3)) % ANOTHER, number_of(ref) % ANOTHER,
		       (int)limit);
}

static inline void script(struct scripted *s, struct span line)
{
	struct fixture *f = of(s);
	struct msg m;
	wire_script(s, line);
	if (span_eq(line, SPAN("CAP END")))
		scripted_say(
			s,
			":ann!a@h JOIN #a\r\n:h 353 ann = #a :ann bob\r\n:h 366 ann #a :end");
	if (span_eq(line, SPAN("CAP END")) && f->has_marker)
		scripted_say(s, ":h MARKREAD #a timestamp=2026-11-22T12:00:05.000Z");
	if (span_eq(line, SPAN("CAP END")) && f->history) {
		char named[80];
		snprintf(named, sizeof(named), ":h 005 ann snug.chat/HISTORY=%s :are",
			 f->history);
		scripted_say(s, named);
	}
	if (msg_parse(&m, line) == MSG_OK && span_eq(m.command, SPAN("CHATHISTORY")) &&
	    !f->is_mute)
		on_history(f, &m);
}

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	wire_init(&f->wire, CAPS);
	f->wire.server.on_line = script;
	wire_start(&f->wire);
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	calls_lost(f->wire.core.calls);
	wire_clear(&f->wire);
	free(f);
	return 0;
}

static inline void settle(struct fixture *f)
{
	wire_settle(&f->wire); // it may not have begun
	WAIT_UNTIL(catchup_n_open(f->wire.core.catchup) == 0, wire_settle(&f->wire));
}

static inline struct target *room(struct fixture *f)
{
	struct target *t = target_find(f->wire.core.model, SPAN("#a"));
	assert_non_null(t);
	return t;
}

static inline size_t count_messages(const struct target *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->log.count; i++)
		n += line_is_speech(scrollback_at(&t->log, i));
	return n;
}

// Messages from..to are held, each once, in order.
static inline void assert_holds(struct fixture *f, int from, int to)
{
	const struct target *t = room(f);
	int next = from;
	for (size_t i = 0; i < t->log.count; i++) {
		const struct log_line *l = scrollback_at(&t->log, i);
		if (line_is_speech(l))
			assert_int_equal(l->seq, next++);
	}
	assert_int_equal(next, to + 1);
}
