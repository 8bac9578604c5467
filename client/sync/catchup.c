// SPDX-License-Identifier: MIT
// A wish is a page that is wanted for a target. After a reconnect the newest page since
// the last message held comes first (LATEST with that id); while it comes back full,
// what lies between is asked for backwards, until a page is not full or the pages allowed
// are used up: then the gap stays, and is loaded when the user gets there.
#include "client/sync/catchup.h"

#include "common/clock.h"
#include "common/die.h"
#include "client/model/numbers.h"
#include "client/model/saying.h"
#include "client/model/target.h"
#include "client/sync/wish.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE_FIRST 200 // of the target in view
#define PAGE 100
#define PAGES_MAX 10 // to fill one gap by itself
#define TARGETS_MAX 200
#define LOOK_BACK_MS (30LL * 24 * 3600 * 1000) // for conversations, the first time

struct catchup {
	struct model *model;
	struct uplink *session;
	struct calls *calls;
	const struct words *words;
	struct list wishes;
	size_t page_max; // of the server (005 CHATHISTORY)
	bool by_time;    // the server knows no message ids (MSGREFTYPES)
};

static bool has_history(const struct catchup *c)
{
	return uplink_is_online(c->session) && uplink_has_cap(c->session, "draft/chathistory");
}

static void wish_free(struct catchup_wish *w)
{
	list_remove(&w->in_catchup);
	free(w->target);
	free(w);
}

size_t catchup_n_open(const struct catchup *c)
{
	size_t count = 0;

	list_for_each(item, &c->wishes)
		count++;
	return count;
}

static size_t count_open(const struct catchup *c)
{
	size_t count = 0;

	list_for_each(item, &c->wishes)
		count += container_of(item, struct catchup_wish, in_catchup)->is_open;
	return count;
}

// References to messages.

static void ref_of(const struct catchup *c, const struct log_line *l, char out[static REF_MAX])
{
	char when[CLOCK_TEXT_LEN + 1];

	clock_text(l->at_ms, when);
	if (c->by_time || !l->id_len)
		snprintf(out, REF_MAX, "timestamp=%s", when);
	else
		snprintf(out, REF_MAX, "msgid=" SPAN_FMT, SPAN_ARG(line_id(l)));
}

static void start_waiting(struct catchup *c);

// Answers.

static void settle_oldest(struct catchup *c, const struct catchup_wish *w, struct target *t)
{
	bool is_all = w->n_messages < w->limit;

	if (w->kind == WISH_LATEST)
		t->gap_open = false; // it ends now: a hole is in front of it
	if (is_all)
		wish_join_hole(w, c->model, t); // down to the first nothing is missing
	target_set_history(c->model, t, is_all ? HISTORY_ALL : HISTORY_MORE);
}

// The oldest line behind the message `since` that belongs to a page: where to go on.
static struct log_line *oldest_after(struct target *t, const char *since)
{
	struct log_line *held = wish_line(t, since);
	size_t i = held ? scrollback_index(&t->log, held) + 1 : 0;

	for (; i < t->log.count; i++) {
		if (scrollback_at(&t->log, i)->id_len)
			return scrollback_at(&t->log, i);
	}
	return NULL;
}

// False: there is no way on, the page brought nothing new.
static bool turn_page(const struct catchup *c, struct catchup_wish *w, enum wish_kind kind,
		      const struct log_line *oldest)
{
	char before[REF_MAX];
	ref_of(c, oldest, before);
	if (strcmp(before, w->before) == 0)
		return false;
	memcpy(w->before, before, sizeof(before));
	w->kind = kind;
	w->is_open = false;
	w->n_messages = 0;
	return true;
}

// True when the wish goes on with another page.
static bool go_on(struct catchup *c, struct catchup_wish *w, struct target *t)
{
	struct log_line *oldest = oldest_after(t, w->since);

	return w->n_messages >= w->limit && oldest && ++w->pages < PAGES_MAX &&
	       turn_page(c, w, WISH_BETWEEN, oldest);
}

// At a fresh start the newest page is not enough where more than that is unread, or where it
// is full of people who came and went. True when the wish goes on with the page before it.
static bool go_back(struct catchup *c, struct catchup_wish *w, struct target *t)
{
	const struct log_line *oldest = target_oldest(t);

	if (!w->goes_back || w->n_messages < w->limit || !oldest || ++w->pages >= PAGES_MAX ||
	    (wish_has_window(w, t) && !target_lacks_unread(t)))
		return false;
	return turn_page(c, w, WISH_BEFORE, oldest);
}

// The server does not know the message that we asked from: an older copy of its database was
// put back, or it went. What there is now is asked for, and counted anew.
static void start_anew(struct catchup *c, struct catchup_wish *w, struct target *t)
{
	const struct log_line *newest = target_newest(t);
	bool is_other = newest && newest->history != c->model->history;
	struct buf words = {0};

	c->words->gone(&words, is_other);
	model_note(c->model, t, LINE_ERROR, outside_wall_ms(uplink_outside(c->session)),
		   buf_span(&words));
	buf_clear(&words);
	if (!is_other)
		numbers_forget(t);
	w->kind = WISH_LATEST;
	w->since[0] = w->before[0] = '\0';
	w->is_open = w->is_refused = false;
	w->n_messages = 0;
}

static void settle(struct catchup *c, struct catchup_wish *w)
{
	struct target *t = target_find(c->model, span_of(w->target));

	if (t && w->is_refused && w->kind != WISH_LATEST) {
		start_anew(c, w, t);
		return;
	}
	if (t && !w->is_refused)
		wish_adopt(w, c->model, t);
	if (t)
		wish_join_end(w, c->model, t);
	if (t && w->is_refused) {
		target_set_history(c->model, t, HISTORY_NONE);
	} else if (t && (w->kind == WISH_LATEST || w->kind == WISH_BEFORE)) {
		settle_oldest(c, w, t);
		if (go_back(c, w, t))
			return;
	} else if (t) {
		if (go_on(c, w, t))
			return;
		if (w->n_messages < w->limit)
			wish_join_hole(w, c->model, t);
		if (t->history == HISTORY_LOADING || t->history == HISTORY_UNKNOWN)
			target_set_history(c->model, t, HISTORY_MORE);
	}
	wish_free(w);
}

static bool is_message(const struct msg *m)
{
	struct span ref;

	return !span_eq_fold(m->command, SPAN("BATCH")) && msg_tag(m, SPAN("batch"), &ref);
}

static void on_wish_line(void *arg, const struct msg *m, bool is_sure)
{
	struct catchup_wish *w = arg;

	w->n_messages += is_message(m);
	if (is_sure && saying_is_refusal(m))
		w->is_refused = true;
}

static void on_wish_end(void *arg, enum call_end end)
{
	struct catchup_wish *w = arg;
	struct catchup *c = w->catchup;

	if (end == CALL_LOST)
		wish_free(w);
	else
		settle(c, w);
	start_waiting(c);
}

// Asking.

static struct catchup_wish *first_waiting(struct catchup *c)
{
	struct catchup_wish *first = NULL;

	list_for_each(item, &c->wishes) {
		struct catchup_wish *w = container_of(item, struct catchup_wish, in_catchup);
		if (w->is_open)
			continue;
		if (span_eq_fold(span_of(w->target), span_of(c->model->current->name)))
			return w;
		first = first ? first : w;
	}
	return first;
}

static void start(struct catchup *c, struct catchup_wish *w)
{
	struct buf line = {0};
	struct call_fns fns = {.arg = w, .on_line = on_wish_line, .on_end = on_wish_end};

	w->is_open = true;
	wish_command(w, &line);
	calls_send(c->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
}

static void start_waiting(struct catchup *c)
{
	struct catchup_wish *w;

	while (has_history(c) && count_open(c) < CATCHUP_OPEN_MAX && (w = first_waiting(c)))
		start(c, w);
}

static bool is_wished(const struct catchup *c, const struct target *t)
{
	list_for_each(item, &c->wishes) {
		const struct catchup_wish *w =
			container_of(item, struct catchup_wish, in_catchup);
		if (span_eq_fold(span_of(w->target), span_of(t->name)))
			return true;
	}
	return false;
}

// Conversations go and get other names: what one that is no more wants waits for nothing.
static void drop_lost(struct catchup *c)
{
	list_for_each_safe(item, after, &c->wishes) {
		struct catchup_wish *w = container_of(item, struct catchup_wish, in_catchup);

		if (!w->is_open && !target_find(c->model, span_of(w->target)))
			wish_free(w);
	}
}

static struct catchup_wish *wish_new(struct catchup *c, struct target *t, enum wish_kind kind)
{
	struct catchup_wish *w = xcalloc(1, sizeof(*w));
	size_t limit = t == c->model->current ? PAGE_FIRST : PAGE;

	drop_lost(c);
	w->catchup = c;
	w->kind = kind;
	w->target = xstrdup(t->name);
	w->limit = limit < c->page_max ? limit : c->page_max;
	list_add(&c->wishes, &w->in_catchup);
	return w;
}

// The page of the newest messages that are not held.
static void wish_newest(struct catchup *c, struct target *t)
{
	if (!has_history(c) || is_wished(c, t))
		return;
	const struct log_line *newest = target_newest(t);
	struct catchup_wish *w = wish_new(c, t, newest ? WISH_SINCE : WISH_LATEST);
	w->goes_back = !newest;
	if (newest)
		ref_of(c, newest, w->since);
	else
		target_set_history(c->model, t, HISTORY_LOADING);
}

size_t catchup_page_max(const struct catchup *c)
{
	return c->page_max;
}

void catchup_newest(struct catchup *c, struct target *t)
{
	wish_newest(c, t);
	start_waiting(c);
}

void catchup_history(struct catchup *c, struct target *t, struct log_line *before)
{
	if (!has_history(c) || is_wished(c, t))
		return;
	const struct log_line *oldest = before ? before : target_oldest(t);
	struct catchup_wish *w = wish_new(c, t, oldest ? WISH_BEFORE : WISH_LATEST);
	if (oldest)
		ref_of(c, oldest, w->before);
	// A hole has two ends.
	size_t i = before ? scrollback_index(&t->log, before) : 0;
	while (i > 0 && !scrollback_at(&t->log, i - 1)->id_len)
		i--;
	if (i > 0) {
		ref_of(c, scrollback_at(&t->log, i - 1), w->since);
		w->kind = WISH_BETWEEN;
	} else {
		target_set_history(c->model, t, HISTORY_LOADING);
	}
	start_waiting(c);
}

// Conversations with news.

static void on_targets_line(void *arg, const struct msg *m, bool is_sure)
{
	struct catchup *c = arg;
	struct span name = msg_param(m, 1);

	if (!is_sure && !span_eq_fold(m->command, SPAN("CHATHISTORY")))
		return;
	if (!span_eq_fold(m->command, SPAN("CHATHISTORY")) || !name.len ||
	    !span_eq_fold(msg_param(m, 0), SPAN("TARGETS")))
		return;
	// Rooms are asked for when we are in them.
	if (strchr(c->model->facts.chan_types, name.at[0]))
		return;
	struct target *t = target_need(c->model, name);
	// One conversation more than the model holds.
	if (t == c->model->server)
		return;
	if (uplink_has_cap(c->session, "draft/read-marker"))
		uplink_sendf(c->session, "MARKREAD %s", t->name);
	wish_newest(c, t);
}

static void on_targets_end(void *arg, enum call_end end)
{
	if (end == CALL_DONE)
		start_waiting(arg);
}

static void ask_targets(struct catchup *c, int64_t now_ms)
{
	char from[CLOCK_TEXT_LEN + 1], to[CLOCK_TEXT_LEN + 1];
	struct buf line = {0};
	int64_t since = wish_newest_at(c->model);
	struct call_fns fns = {.arg = c, .on_line = on_targets_line, .on_end = on_targets_end};

	clock_text(since ? since - 60000 : now_ms - LOOK_BACK_MS, from);
	clock_text(now_ms + 24LL * 3600 * 1000, to);
	buf_printf(&line, "CHATHISTORY TARGETS timestamp=%s timestamp=%s %d", from, to,
		   TARGETS_MAX);
	calls_send(c->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
}

void catchup_online(struct catchup *c, int64_t now_ms)
{
	struct target *current = c->model->current;

	if (!has_history(c))
		return;
	// What is in view is asked for before the server tells that we are in it.
	if (current->kind != TARGET_SERVER) {
		wish_newest(c, current);
		start_waiting(c);
	}
	ask_targets(c, now_ms);
	// Rooms come with their JOIN; conversations that are open here:
	for (size_t i = 0; i < c->model->n_targets; i++) {
		struct target *t = c->model->targets[i];
		if (t->kind == TARGET_PERSON && t->log.count)
			wish_newest(c, t);
	}
	start_waiting(c);
}

void catchup_offline(struct catchup *c)
{
	list_for_each_safe(item, after, &c->wishes)
		wish_free(container_of(item, struct catchup_wish, in_catchup));
}

// What the server says of itself and of our rooms.

static void take_facts(struct catchup *c, const struct msg *m)
{
	for (size_t i = 1; i + 1 < m->n_params; i++) {
		struct span value = msg_param(m, i), key = span_cut(&value, '=');
		uint64_t number;
		if (span_eq(key, SPAN("CHATHISTORY")) && span_to_u64(value, &number))
			c->page_max =
				number && number < PAGE_FIRST ? (size_t)number : PAGE_FIRST;
		if (span_eq(key, SPAN("MSGREFTYPES")))
			c->by_time = !span_starts(value, SPAN("msgid"));
	}
}

void catchup_line(struct catchup *c, const struct msg *m)
{
	struct span source = m->source, batch;

	if (span_eq(m->command, SPAN("005"))) {
		take_facts(c, m);
		return;
	}
	if (!span_eq_fold(m->command, SPAN("JOIN")) || msg_tag(m, SPAN("batch"), &batch) ||
	    !span_eq_fold(span_cut(&source, '!'), span_of(c->model->me->name)))
		return;
	struct target *t = target_find(c->model, msg_param(m, 0));
	if (!t || t->kind != TARGET_ROOM)
		return;
	wish_newest(c, t);
	start_waiting(c);
}

// Sequence numbers: a live message whose number does not follow shows a hole.

static const struct log_line *numbered_before(const struct model *m, const struct target *t,
					      size_t i)
{
	while (i > 0) {
		const struct log_line *l = scrollback_at(&t->log, --i);
		if (number_counts(m, l))
			return l;
	}
	return NULL;
}

static void on_line(void *arg, struct target *t, struct log_line *l)
{
	struct catchup *c = arg;

	if (!l->seq || (l->flags & LINE_HISTORY))
		return;
	size_t i = scrollback_index(&t->log, l);
	const struct log_line *last = numbered_before(c->model, t, i);
	if (!last)
		return;
	if (last->seq + 1 == l->seq || (last->seq < l->seq && l->seq <= t->floor)) {
		if (l->flags & LINE_GAP)
			target_join(c->model, t, l, true);
		return;
	}
	if (last->seq >= l->seq || !has_history(c) || is_wished(c, t))
		return;
	target_join(c->model, t, l, false);
	struct catchup_wish *w = wish_new(c, t, WISH_BETWEEN);
	ref_of(c, last, w->since);
	ref_of(c, l, w->before);
	start_waiting(c);
}

struct catchup *catchup_new(struct model *m, struct uplink *s, struct calls *calls,
			    const struct words *words)
{
	struct catchup *c = xcalloc(1, sizeof(*c));
	struct model_watch watch = {.arg = c, .on_line = on_line};

	*c = (struct catchup){
		.model = m, .session = s, .calls = calls, .words = words, .page_max = PAGE};
	list_init(&c->wishes);
	model_watch(m, &watch);
	return c;
}

void catchup_free(struct catchup *c)
{
	if (!c)
		return;
	catchup_offline(c);
	model_unwatch(c->model, c);
	free(c);
}
