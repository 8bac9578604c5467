// SPDX-License-Identifier: MIT
// 1. An entry leaves the outbox when all its lines are stored, or when the user lets it
//    go. A refused one stays, so that Enter can try again under the same id.
// 2. At most WINDOW entries are on their way at a time: the server's answers set the
//    pace.
// 3. A server without exactly-once may hold what was sent before the connection broke:
//    such an entry waits until history shows it or the user decides.
#include "client/sync/delivery_private.h"

#include "client/sync/message_line.h"
#include "client/sync/multiline.h"
#include "common/die.h"
#include "common/utf8.h"
#include "client/model/own.h"
#include "client/model/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 16

// An entry while it is not simply waiting.
struct flight {
	struct list in_delivery;
	struct delivery *delivery;
	uint64_t local_id;
	unsigned n_open; // lines without an answer
	bool is_lost;
	struct message_receipt first; // of the first line: its id is the message's
	struct buf ids;               // of all lines, with blanks between
	uint64_t seq;                 // of the last
	char *reason;                 // of a refusal
};

struct flight_part {
	struct flight *flight;
	bool is_first;
	char *text; // as in the line, with CTCP marks
	struct message_receipt receipt;
};

static void on_kept(void *arg, struct unsent_entry *e);
static void on_failed(void *arg, struct unsent_entry *e, const char *why);

struct delivery *delivery_new(struct model *m, struct uplink *s, struct calls *c,
			      struct unsent *u, const struct words *words)
{
	struct delivery *d = xcalloc(1, sizeof(*d));
	struct unsent_events events = {.arg = d, .on_kept = on_kept, .on_failed = on_failed};

	*d = (struct delivery){
		.model = m, .session = s, .calls = c, .unsent = u, .words = words};
	list_init(&d->flights);
	unsent_set_events(u, &events);
	return d;
}

static void flight_free(struct flight *f)
{
	list_remove(&f->in_delivery);
	free(f->first.reason);
	buf_clear(&f->ids);
	free(f->reason);
	free(f);
}

void delivery_free(struct delivery *d)
{
	if (!d)
		return;
	list_for_each_safe(item, after, &d->flights)
		flight_free(container_of(item, struct flight, in_delivery));
	model_unwatch(d->model, d);
	unsent_set_events(d->unsent, NULL);
	free(d);
}

bool delivery_is_exact(const struct delivery *d)
{
	return uplink_has_cap(d->session, "snug.chat/exactly-once");
}

enum own_state delivery_state(const struct delivery *d, const struct unsent_entry *e)
{
	const struct own *own = own_find(d->model, e->local_id, NULL);

	if (own)
		return own->state;
	return e->is_kept ? OWN_QUEUED : OWN_KEEPING;
}

// Answers.

// Where the server names its history, the message is remembered: it may be put back to an
// older copy. What answered or edited it goes on to do so.
static void keep_stored(struct flight *f, struct unsent_entry *e)
{
	struct delivery *d = f->delivery;
	const struct model *m = d->model;

	if (e->is_lost)
		unsent_follow(d->unsent, unsent_message(e), span_of(f->first.id));
	if (m->history && f->seq && delivery_is_exact(d))
		unsent_stored(d->unsent, e, buf_str(&f->ids), m->histories[m->history - 1],
			      f->seq);
	else
		unsent_done(d->unsent, e);
}

static void settle(struct flight *f)
{
	struct delivery *d = f->delivery;
	uint64_t id = f->local_id;
	struct unsent_entry *e = unsent_find(d->unsent, id);

	if (!e) {
		own_drop(d->model, id);
	} else if (f->is_lost) {
		own_set_state(d->model, id, OWN_QUEUED, SPAN(""));
	} else if (f->reason) {
		own_set_state(d->model, id, OWN_REFUSED, span_of(f->reason));
	} else if (line_kind_is_act((enum line_kind)e->kind)) {
		own_drop(d->model, id); // its echo is in the model
		unsent_done(d->unsent, e);
	} else {
		const struct message_receipt *r = &f->first;
		int64_t at_ms = r->at_ms ? r->at_ms : e->at_ms;
		own_stored(d->model, id, span_of(r->id), at_ms, r->seq);
		keep_stored(f, e);
	}
	bool was_lost = f->is_lost;
	flight_free(f);
	if (!was_lost)
		delivery_send_waiting(d);
}

static void on_part_line(void *arg, const struct msg *m, bool is_sure)
{
	struct flight_part *p = arg;
	struct delivery *d = p->flight->delivery;
	struct unsent_entry *e = unsent_find(d->unsent, p->flight->local_id);

	if (!e)
		return;
	message_receipt_take(&p->receipt, m, span_of(uplink_nick(d->session)),
			     span_of(e->target), span_of(is_sure ? NULL : p->text));
	if (!p->receipt.at_ms)
		p->receipt.at_ms = outside_wall_ms(uplink_outside(d->session));
}

static void on_part_end(void *arg, enum call_end end)
{
	struct flight_part *p = arg;
	struct flight *f = p->flight;

	if (end == CALL_LOST && p->receipt.fate == MESSAGE_UNRELATED)
		f->is_lost = true;
	if (p->receipt.fate == MESSAGE_REFUSED && !f->reason) {
		f->reason = p->receipt.reason;
		p->receipt.reason = NULL;
	}
	if (p->receipt.id[0])
		buf_printf(&f->ids, "%s%s", f->ids.len ? " " : "", p->receipt.id);
	f->seq = p->receipt.id[0] ? p->receipt.seq : 0;
	if (p->is_first) {
		f->first = p->receipt;
		f->first.reason = NULL;
	}
	free(p->receipt.reason);
	free(p->text);
	free(p);
	if (--f->n_open == 0)
		settle(f);
}

// Sending.

static struct message_words words_of(const struct unsent_entry *e, struct span text)
{
	return (struct message_words){.kind = (enum line_kind)e->kind,
				      .target = span_of(e->target),
				      .text = text,
				      .reply_to = span_of(e->reply_to)};
}

// Begins a line that the server will answer; `said` is what an answer without label repeats.
static struct call_fns begin_part(struct flight *f, const struct unsent_entry *e,
				  unsigned number, struct message_words words, struct span said,
				  struct buf *tags)
{
	struct flight_part *p = xcalloc(1, sizeof(*p));
	struct buf id = {0};

	buf_add_str(&id, e->id);
	if (number > 1)
		buf_printf(&id, "-%u", number);
	if (delivery_is_exact(f->delivery))
		words.id = buf_span(&id);
	// What does not fit into an edit follows it as a message.
	if (number > 1 && e->kind == LINE_EDIT)
		words.reply_to = SPAN("");
	message_tags(tags, &words);
	*p = (struct flight_part){.flight = f, .is_first = number == 1, .text = span_dup(said)};
	f->n_open++;
	buf_clear(&id);
	return (struct call_fns){.arg = p, .on_line = on_part_line, .on_end = on_part_end};
}

static void send_lines(struct flight *f, const struct unsent_entry *e)
{
	bool is_act = line_kind_is_act((enum line_kind)e->kind); // one line, as it is
	struct message_parts parts;
	struct span text = span_of(e->text);
	unsigned number = 0;

	message_parts_init(&parts, text, (enum line_kind)e->kind, span_of(e->target),
			   f->delivery->model->facts.line_len);
	while (is_act ? number == 0 : message_parts_next(&parts, &text)) {
		struct message_words words = words_of(e, text);
		struct buf line = {0}, tags = {0};
		message_line(&line, &words);
		struct span said = buf_span(&line);
		struct call_fns fns =
			begin_part(f, e, ++number, words, message_last_param(said), &tags);
		calls_send(f->delivery->calls, buf_span(&tags), said, &fns);
		buf_clear(&line);
		buf_clear(&tags);
	}
}

static void send_batch(struct flight *f, const struct unsent_entry *e, unsigned number,
		       struct span *rest, const struct multiline_limits *limits,
		       size_t line_max)
{
	struct uplink *s = f->delivery->session;
	struct buf open = {0}, lines = {0}, tags = {0};
	char ref[32];

	snprintf(ref, sizeof(ref), "m%llu-%u", (unsigned long long)e->local_id, number);
	buf_printf(&open, "BATCH +%s draft/multiline %s", ref, e->target);
	multiline_add(&lines, rest, limits, ref, (enum line_kind)e->kind, span_of(e->target),
		      line_max);
	struct call_fns fns = begin_part(f, e, number, words_of(e, SPAN("")), SPAN(""), &tags);
	calls_send(f->delivery->calls, buf_span(&tags), buf_span(&open), &fns);
	buf_clear(&tags);
	struct span left = buf_span(&lines);
	while (left.len)
		uplink_send(s, span_cut(&left, '\n'));
	uplink_sendf(s, "BATCH -%s", ref);
	buf_clear(&open);
	buf_clear(&lines);
}

// As one message of many lines, where the server has those. False: it has none, or the
// text needs none.
static bool send_multiline(struct flight *f, const struct unsent_entry *e)
{
	struct delivery *d = f->delivery;
	struct multiline_limits limits;
	struct span rest = span_of(e->text);
	unsigned number = 0;
	size_t line_max = message_text_max((enum line_kind)e->kind, span_of(e->target),
					   d->model->facts.line_len);

	if (!uplink_has_cap(d->session, "draft/multiline") || e->kind == LINE_ACTION ||
	    line_kind_is_act((enum line_kind)e->kind) || !multiline_is_needed(rest, line_max))
		return false;
	multiline_limits_parse(&limits, uplink_cap_value(d->session, "draft/multiline"));
	if (!limits.bytes || limits.bytes <= line_max)
		return false;
	while (rest.len)
		send_batch(f, e, ++number, &rest, &limits, line_max);
	return true;
}

static struct flight *begin_flight(struct delivery *d, struct unsent_entry *e)
{
	struct flight *f = xcalloc(1, sizeof(*f));

	*f = (struct flight){.delivery = d, .local_id = e->local_id};
	list_add(&d->flights, &f->in_delivery);
	unsent_sent(d->unsent, e);
	own_set_state(d->model, e->local_id, OWN_SENDING, SPAN(""));
	return f;
}

static size_t count_flights(const struct delivery *d)
{
	size_t count = 0;

	list_for_each(item, &d->flights)
		count++;
	return count;
}

// It answers or edits a message that is lost, and will have another id.
static bool waits_for_another(const struct delivery *d, const struct unsent_entry *e)
{
	if (!e->reply_to[0])
		return false;
	list_for_each(item, unsent_entries(d->unsent)) {
		const struct unsent_entry *other = unsent_entry_at(item);
		if (other->is_lost && span_eq(unsent_message(other), span_of(e->reply_to)) &&
		    delivery_state(d, other) != OWN_REFUSED)
			return true;
	}
	return false;
}

void delivery_send_waiting(struct delivery *d)
{
	if (!uplink_is_online(d->session))
		return;
	size_t on_their_way = count_flights(d);
	list_for_each_safe(item, after, unsent_entries(d->unsent)) {
		if (on_their_way >= WINDOW)
			return;
		struct unsent_entry *e = unsent_entry_at(item);
		if (delivery_state(d, e) != OWN_QUEUED || waits_for_another(d, e))
			continue;
		struct flight *f = begin_flight(d, e);
		if (!send_multiline(f, e))
			send_lines(f, e);
		on_their_way++;
	}
}

// The store has it: now it may be shown as queued, and leave.
static void on_kept(void *arg, struct unsent_entry *e)
{
	struct delivery *d = arg;

	own_set_state(d->model, e->local_id, OWN_QUEUED, SPAN(""));
	delivery_send_waiting(d);
}

// The text goes back to where it was typed, if somebody there takes it.
static void on_failed(void *arg, struct unsent_entry *e, const char *why)
{
	struct delivery *d = arg;
	struct target *t = NULL;
	struct buf words = {0};

	d->words->not_kept(&words, why);
	if (own_find(d->model, e->local_id, &t))
		model_note(d->model, t, LINE_ERROR, e->at_ms, buf_span(&words));
	if (!own_recall(d->model, e->local_id))
		own_drop(d->model, e->local_id);
	buf_clear(&words);
}

// It is that kind, and the server that is there does not know what it needs.
static bool lacks(const struct delivery *d, enum line_kind kind, enum line_kind which,
		  const char *cap)
{
	return kind == which && uplink_is_online(d->session) &&
	       !uplink_has_cap(d->session, cap);
}

static bool is_sendable(const struct delivery *d, const struct target *t, enum line_kind kind,
			struct span text, enum unsendable *why)
{
	if (!unsent_has_store(d->unsent))
		*why = UNSENDABLE_NO_STORE;
	else if (t->kind == TARGET_SERVER)
		*why = UNSENDABLE_NOBODY;
	else if (lacks(d, kind, LINE_EDIT, "message-tags"))
		*why = UNSENDABLE_NO_EDITS;
	else if (lacks(d, kind, LINE_REACTION, "message-tags"))
		*why = UNSENDABLE_NO_REACTIONS;
	else if (lacks(d, kind, LINE_REMOVAL, "draft/message-redaction"))
		*why = UNSENDABLE_NO_REMOVALS;
	else if (!utf8_is_valid(text))
		*why = UNSENDABLE_NO_UTF8;
	else
		return true;
	return false;
}

bool delivery_message(struct delivery *d, struct target *t, enum line_kind kind,
		      struct span text, struct span reply_to, int64_t now_ms)
{
	enum unsendable why;
	struct buf words = {0};

	if (is_sendable(d, t, kind, text, &why)) {
		const struct unsent_entry *e = unsent_add(d->unsent, span_of(t->name), text,
							  reply_to, (int)kind, now_ms);
		own_add(d->model, t, e->local_id, kind, text, reply_to, now_ms, OWN_KEEPING);
		return true;
	}
	d->words->unsendable(&words, why);
	model_note(d->model, t, LINE_ERROR, now_ms, buf_span(&words));
	buf_clear(&words);
	return false;
}

// What lies in the outbox.

void delivery_load(struct delivery *d, int64_t now_ms)
{
	struct model_watch watch = {.arg = d, .on_line = delivery_on_own_line};

	model_watch(d->model, &watch);
	list_for_each(item, unsent_entries(d->unsent)) {
		const struct unsent_entry *e = unsent_entry_at(item);
		struct target *t = target_need(d->model, span_of(e->target));
		bool is_old = now_ms - e->at_ms > ASK_OLDER_MS;
		enum own_state state = e->is_lost ? OWN_LOST : is_old ? OWN_HELD : OWN_QUEUED;
		own_add(d->model, t, e->local_id, (enum line_kind)e->kind, span_of(e->text),
			span_of(e->reply_to), e->at_ms, state);
	}
}

void delivery_retry(struct delivery *d, uint64_t local_id)
{
	const struct own *own = own_find(d->model, local_id, NULL);

	if (!own || own->state == OWN_SENDING || own->state == OWN_KEEPING)
		return;
	own_set_state(d->model, local_id, OWN_QUEUED, SPAN(""));
	delivery_send_waiting(d);
}

void delivery_drop(struct delivery *d, uint64_t local_id)
{
	struct unsent_entry *e = unsent_find(d->unsent, local_id);

	// What is on its way cannot be called back.
	if (!e || delivery_state(d, e) == OWN_SENDING)
		return;
	own_drop(d->model, local_id);
	unsent_done(d->unsent, e);
}
