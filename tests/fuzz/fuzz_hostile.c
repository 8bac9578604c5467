// SPDX-License-Identifier: MIT
// A hostile server talks to the client: session, calls, catching up, delivery, requests, model
// and screen, all but the socket.
//
// The input is lines: what the server says, and behind a '!' what happens here (see play_own).
// The mutator works on whole lines out of a grammar (tests/support/hostile.c). Whatever comes:
// nothing breaks, the bounds hold, the logs are in order, each answer is JSON, and nothing but
// text and our own sequences reaches the terminal.
#include "client/api/requests.h"
#include "client/app/terminal_words.h"
#include "client/model/extra.h"
#include "client/model/handle.h"
#include "client/model/target.h"
#include "client/sync/engine.h"
#include "client/ui/screen.h"
#include "client/ui/view.h"
#include "tests/support/harmless.h"
#include "tests/support/hostile.h"
#include "tests/support/loose_world.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

#define LINES_MAX 2000
#define PEOPLE 200
#define MEMBERSHIPS 60
#define TARGETS 30
#define LOG_BYTES (32 * 1024)
#define NOW_MS 1795348800000 // in the midst of the grammar's times

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

struct world {
	struct loose_world outer;
	struct engine core;
	struct requests *requests;
	uint64_t to_keep; // what the store was given last and has not answered for
	struct edit edit;
	struct screen_view view;
	struct screen screen;
	const struct target *shown;
	unsigned n_lines;
};

static void on_online(void *arg)
{
	requests_link(((struct world *)arg)->requests, true);
}

static void on_offline(void *arg)
{
	requests_link(((struct world *)arg)->requests, false);
}

static void on_line(void *arg, const struct msg *m)
{
	struct world *w = arg;

	requests_line(w->requests, m);
	loose_world_pass(&w->outer, 1);
}

static void on_gone(void *arg, struct target *t UNUSED, struct log_line *l)
{
	view_forget(arg, l);
}

static void on_target_gone(void *arg, struct target *t UNUSED)
{
	struct screen_view *v = arg;

	view_to_end(v);
	v->selected = v->marked = v->top_line = v->bottom_line = NULL;
}

static void on_answer(void *arg UNUSED, const json_t *answer, bool is_last UNUSED)
{
	char *text = json_dumps(answer, JSON_ENCODE_ANY);

	assert(text);
	free(text);
}

// What happens here.

// As the ui does before each key and each frame.
static void follow(struct world *w)
{
	if (w->shown == w->core.model->current)
		return;
	w->shown = w->core.model->current;
	view_to_end(&w->view);
	w->view.selected = w->view.marked = NULL;
}

static void draw(struct world *w)
{
	struct buf out = {0};

	follow(w);
	view_draw(&w->view, &w->screen.next);
	screen_flush(&w->screen, theme_find(SPAN("dark")), &out);
	harmless_check(buf_span(&out));
	buf_clear(&out);
}

static void hear(struct world *w, struct span line)
{
	if (!line.len || w->n_lines++ > LINES_MAX || !utf8_is_valid(line) ||
	    memchr(line.at, '\0', line.len))
		return;
	loose_world_hear(&w->outer, line);
	if (w->n_lines % 16 == 0)
		draw(w);
}

static void log_in(struct world *w)
{
	static const char *const lines[] = {
		":h CAP * LS :message-tags server-time batch labeled-response echo-message "
		"draft/chathistory draft/read-marker draft/multiline=max-bytes=4096 "
		"draft/message-editing soju.im/search snug.chat/exactly-once",
		":h CAP * ACK :message-tags server-time batch labeled-response echo-message "
		"draft/chathistory draft/read-marker draft/multiline draft/message-editing "
		"soju.im/search snug.chat/exactly-once",
		":h 001 ann :hi",
		":h 005 ann CHATHISTORY=10 CHANTYPES=# :are",
		":ann!a@h JOIN #den",
	};
	struct uplink_order order = {
		.host = "h",
		.port = "1",
		.pins.count = 1,
		.login = {.how = LOGIN_OPEN, .name = "ann", .invite = "", .caps = ""}};

	if (!loose_world_is_up(&w->outer)) {
		engine_open(&w->core, &order);
		if (!loose_world_answer(&w->outer))
			abort();
	}
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		hear(w, span_of(lines[i]));
}

// "!fill 20:x?!x@h JOIN #den": the line so many times, with numbers in place of '?'.
static void fill(struct world *w, struct span what)
{
	unsigned times = 0;

	while (what.len && what.at[0] >= '0' && what.at[0] <= '9' && times < 1000) {
		times = times * 10 + (unsigned)(what.at[0] - '0');
		what = span_after(what, 1);
	}
	for (unsigned n = 0; n < times && w->n_lines < LINES_MAX; n++) {
		struct buf line = {0};
		for (size_t i = 0; i < what.len; i++) {
			if (what.at[i] == '?')
				buf_printf(&line, "%u", n);
			else
				buf_add_char(&line, what.at[i]);
		}
		hear(w, buf_span(&line));
		buf_clear(&line);
	}
}

static void say(struct world *w, struct span text)
{
	struct target *t = w->core.model->current;
	const struct log_line *l = target_newest(t);
	enum line_kind kind = w->n_lines % 3 ? LINE_MESSAGE : LINE_ACTION;

	if (!text.len)
		return;
	delivery_message(w->core.delivery, t, kind, text, l ? line_id(l) : SPAN(""),
			 w->outer.wall_ms);
}

static void ask(struct world *w, struct span text)
{
	json_t *request = json_loadb(text.at, text.len, 0, NULL);

	if (request)
		requests_run(w->requests, request, on_answer, w);
	json_decref(request);
}

static void play_own(struct world *w, struct span word, struct span rest)
{
	struct model *m = w->core.model;
	uint64_t number = 0;

	if (!span_to_u64(rest, &number))
		number = 0;
	follow(w);
	if (span_eq(word, SPAN("break"))) {
		loose_world_break(&w->outer);
		uplink_retry(w->core.session);
	} else if (span_eq(word, SPAN("login"))) {
		log_in(w);
	} else if (span_eq(word, SPAN("show"))) {
		model_show(m, m->targets[number % m->n_targets]);
	} else if (span_eq(word, SPAN("up"))) {
		view_scroll(&w->view, (int)(number % 1000));
	} else if (span_eq(word, SPAN("down"))) {
		view_scroll(&w->view, -(int)(number % 1000));
	} else if (span_eq(word, SPAN("history"))) {
		catchup_history(w->core.catchup, m->current, target_gap(m->current));
	} else if (span_eq(word, SPAN("draw"))) {
		draw(w);
	} else if (span_eq(word, SPAN("say"))) {
		say(w, rest);
	} else if (span_eq(word, SPAN("retry"))) {
		delivery_retry(w->core.delivery, number);
	} else if (span_eq(word, SPAN("drop"))) {
		delivery_drop(w->core.delivery, number);
	} else if (span_eq(word, SPAN("answer")) && rest.len) {
		delivery_answer(w->core.delivery, m->question.id, rest.at[0]);
	} else if (span_eq(word, SPAN("ask"))) {
		ask(w, rest);
	} else if (span_eq(word, SPAN("fill"))) {
		fill(w, rest);
	}
}

// What must hold at any time.

static bool is_edit_here(const struct target *t, const struct log_line *edit)
{
	size_t i = 0;

	while (i < t->n_edits && t->edits[i] != edit)
		i++;
	return i < t->n_edits && scrollback_index(&t->log, edit) < t->log.count;
}

static void check_log(const struct target *t, size_t line_max)
{
	assert(t->log.count <= 2 * line_max);
	for (size_t i = 0; i < t->log.count; i++) {
		const struct log_line *l = scrollback_at(&t->log, i);
		assert(!i || scrollback_at(&t->log, i - 1)->at_ms <= l->at_ms);
		assert(!(l->flags & LINE_EDITED) || is_edit_here(t, l->extra->edit));
	}
}

static void check(const struct world *w)
{
	const struct model *m = w->core.model;
	size_t members = 0, n_batches = 0, n_bytes = 0;

	for (size_t i = 0; i < m->n_targets; i++) {
		members += m->targets[i]->n_members;
		n_bytes += m->targets[i]->log.bytes;
		check_log(m->targets[i], (size_t)m->line_max);
	}
	list_for_each(item, &m->batches)
		n_batches++;
	assert(m->n_targets <= TARGETS && members == m->n_memberships &&
	       members <= MEMBERSHIPS);
	assert(n_batches <= 32 && m->n_found <= 500 && m->n_caps <= MODEL_CAPS_MAX);
	// Those found and those typing stand beside the bound.
	assert(m->people.n_items <= PEOPLE + 1 + m->n_found + TYPING_MAX * TARGETS);
	assert(catchup_n_open(w->core.catchup) <= TARGETS + CATCHUP_OPEN_MAX);
	assert(uplink_caps(w->core.session).len <= 1000 &&
	       uplink_queued(w->core.session) <= LINK_QUEUE_MAX + 65536);
	// What comes between two sweeps stands beside it.
	assert(n_bytes <= LOG_BYTES + 300 * 2048);
}

// A life.

// The store answers behind the line, most times.

static void on_keep(void *arg, const struct unsent_entry *e)
{
	((struct world *)arg)->to_keep = e->local_id;
}

static void on_note(void *arg UNUSED, const struct unsent_entry *e)
{
	assert(e->id[0]);
}

static void answer_for_kept(struct world *w)
{
	uint64_t id = w->to_keep;

	w->to_keep = 0;
	if (id && id % 9)
		unsent_kept(w->core.unsent, id, id % 9 == 1 ? "full" : NULL);
}

static void begin(struct world *w, size_t size)
{
	struct engine_events events = {
		.arg = w, .on_online = on_online, .on_offline = on_offline, .on_line = on_line};
	struct model_watch watch = {
		.arg = &w->view, .on_gone = on_gone, .on_target_gone = on_target_gone};
	struct unsent_store store = {
		.arg = w, .keep = on_keep, .sent = on_note, .done = on_note, .stored = on_note};

	*w = (struct world){0};
	loose_world_init(&w->outer, NOW_MS);
	engine_init(&w->core, &w->outer.outside, &terminal_words, SPAN("ann"));
	struct model *m = w->core.model;
	m->bounds = (struct model_bounds){TARGETS, MEMBERSHIPS, PEOPLE, LOG_BYTES};
	// Few enough that lines are let go while others still speak of them.
	m->line_max = 8 + (int)(size % 64);
	unsent_set_store(w->core.unsent, &store);
	engine_start(&w->core, &events);
	w->requests = requests_new(w->core.session, w->core.calls, m, &terminal_words);
	edit_init(&w->edit);
	view_init(&w->view, m, &w->edit);
	model_watch(m, &watch);
	screen_init(&w->screen, 40 + (int)(size % 80), 4 + (int)(size % 30));
	w->screen.has_links = true;
	log_in(w);
}

static void finish(struct world *w)
{
	calls_lost(w->core.calls);
	requests_free(w->requests);
	screen_clear(&w->screen);
	view_clear(&w->view);
	edit_clear(&w->edit);
	engine_clear(&w->core);
	loose_world_clear(&w->outer);
}

// Proves C4.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w;
	struct span rest = span_from(data, size);

	begin(&w, size);
	while (rest.len && w.n_lines < LINES_MAX) {
		struct span line = span_cut(&rest, '\n');
		struct span after = line, word = span_cut(&after, ' ');
		if (word.len && word.at[0] == '!')
			play_own(&w, span_after(word, 1), after);
		else if (line.len)
			hear(&w, line);
		answer_for_kept(&w);
	}
	draw(&w);
	check(&w);
	finish(&w);
	return 0;
}

// Whole lines.

struct cut {
	size_t from, to; // of one line, its end included
};

static struct cut choose(struct span all, uint32_t *seed)
{
	size_t at = all.len ? hostile_below(seed, (uint32_t)all.len) : 0;
	struct cut c = {at, at};

	while (c.from > 0 && all.at[c.from - 1] != '\n')
		c.from--;
	while (c.to < all.len && all.at[c.to] != '\n')
		c.to++;
	c.to += c.to < all.len;
	return c;
}

static void change(struct buf *out, struct span all, uint32_t *seed)
{
	if (!all.len)
		all = SPAN("\n");
	struct cut here = choose(all, seed), other = choose(all, seed);
	uint32_t how = hostile_below(seed, 8);

	buf_add_span(out, (struct span){all.at, here.from});
	// Five of eight add a line, one brings one from elsewhere, the others lose one.
	if (how < 5) {
		hostile_line(out, seed);
		buf_add_char(out, '\n');
	} else if (how == 5) {
		buf_add_span(out, (struct span){all.at + other.from, other.to - other.from});
	}
	size_t from = how == 4 || how > 5 ? here.to : here.from;
	buf_add_span(out, span_after(all, from));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	uint32_t random = seed;
	struct buf out = {0};

	if (hostile_below(&random, 8) == 0)
		return LLVMFuzzerMutate(data, size, max);
	buf_add(&out, data, size);
	for (uint32_t n = 1 + hostile_below(&random, 3); n > 0; n--) {
		struct buf next = {0};
		change(&next, buf_span(&out), &random);
		buf_clear(&out);
		out = next;
	}
	size_t len = out.len < max ? out.len : max;
	if (len)
		memcpy(data, out.at, len);
	buf_clear(&out);
	return len;
}
