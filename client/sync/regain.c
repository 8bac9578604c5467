// SPDX-License-Identifier: MIT
// 1. A copy holds what was said up to some moment, under the same numbers. So of the messages
//    of one conversation, in the order of their numbers, the first ones are there and all
//    behind them are lost: where that begins is found by halving, the newest asked for first.
// 2. A message is there when its number is that of the same id; lost, when it is another's, or
//    past the end (HISTORY_CHANGED). Nothing under its number: it expired, and is not lost.
// 3. What is asked about wrongly is only said again under its old id, and not stored twice.
#include "client/sync/regain.h"

#include "client/model/target.h"
#include "common/die.h"

#include <stdlib.h>

enum answer { ANSWER_NONE, ANSWER_THERE, ANSWER_LOST, ANSWER_NO };

struct regain {
	struct model *model;
	struct uplink *session;
	struct calls *calls;
	struct unsent *unsent;
	struct delivery *delivery;
	// Of the conversation that is being asked about:
	char *target; // NULL: none is
	struct own_number {
		uint64_t local_id, seq;
	} * asked; // by number
	size_t count;
	size_t low, high; // the first that is lost is one of these, `count`: none is
	size_t at;        // that was asked for
	uint64_t call;
	enum answer answer;
};

static void ask_next(struct regain *r);

static const char *present(const struct regain *r)
{
	const struct model *m = r->model;

	return m->history ? m->histories[m->history - 1] : NULL;
}

static struct span last_message(const struct unsent_entry *e)
{
	struct span ids = span_of(e->messages), id = ids;

	while (ids.len)
		id = span_cut(&ids, ' ');
	return id;
}

static void forget_target(struct regain *r)
{
	free(r->target);
	free(r->asked);
	r->target = NULL;
	r->asked = NULL;
	r->count = 0;
}

// It may have been taken back, or be too old by now.
static struct unsent_entry *entry_of(struct regain *r, size_t i)
{
	return unsent_find(r->unsent, r->asked[i].local_id);
}

// Asking.

static void on_line(void *arg, const struct msg *m, bool is_sure)
{
	struct regain *r = arg;
	const struct unsent_entry *e = entry_of(r, r->at);
	struct span tag, id = SPAN("");
	uint64_t seq;

	if (!is_sure)
		return;
	if (span_eq_fold(m->command, SPAN("FAIL")))
		r->answer = span_eq(msg_param(m, 1), SPAN("HISTORY_CHANGED")) ? ANSWER_LOST
									      : ANSWER_NO;
	else if (m->command.at[0] == '4')
		r->answer = ANSWER_NO;
	if (!e || !msg_tag(m, SPAN("snug.chat/seq"), &tag) || !span_to_u64(tag, &seq) ||
	    seq != e->seq)
		return;
	if (span_eq_fold(m->command, SPAN("REDACT")))
		id = msg_param(m, 1);
	else if (msg_tag(m, SPAN("msgid"), &tag))
		id = tag;
	r->answer = span_eq(id, last_message(e)) ? ANSWER_THERE : ANSWER_LOST;
}

static void put_off(struct regain *r, struct span target, bool is_put_off)
{
	list_for_each(item, unsent_stored_entries(r->unsent)) {
		struct unsent_entry *e = unsent_entry_at(item);
		if (!target.at || span_eq_fold(span_of(e->target), target))
			e->is_put_off = is_put_off;
	}
}

// Where the lost ones begin is known.
static void settle(struct regain *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct unsent_entry *e = entry_of(r, i);
		if (e && i < r->low)
			unsent_found(r->unsent, e, present(r));
		else if (e)
			delivery_take_lost(r->delivery, e);
	}
}

static void ask(struct regain *r);

static void on_end(void *arg, enum call_end end)
{
	struct regain *r = arg;

	r->call = 0;
	if (end == CALL_LOST) {
		forget_target(r);
		return;
	}
	if (r->answer == ANSWER_LOST)
		r->high = r->at;
	else
		r->low = r->at + 1;
	if (r->answer != ANSWER_NO && r->low < r->high) {
		ask(r);
		return;
	}
	if (r->answer == ANSWER_NO)
		put_off(r, span_of(r->target), true);
	else
		settle(r);
	forget_target(r);
	ask_next(r);
}

static void ask(struct regain *r)
{
	struct call_fns fns = {
		.arg = r, .is_private = true, .on_line = on_line, .on_end = on_end};
	struct buf line = {0};
	bool is_first = r->low == 0 && r->high == r->count;

	r->at = is_first ? r->count - 1 : r->low + (r->high - r->low) / 2;
	unsigned long long seq = r->asked[r->at].seq;
	r->answer = ANSWER_NONE;
	buf_printf(&line,
		   "CHATHISTORY BETWEEN %s snug.chat/seq=%llu@%s snug.chat/seq=%llu@%s 1",
		   r->target, seq - 1, present(r), seq + 1, present(r));
	r->call = calls_send(r->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
}

// What to ask about.

static bool is_open_to_us(const struct regain *r, const char *name)
{
	const struct target *t;

	if (!strchr(r->model->facts.chan_types, name[0]))
		return true;
	t = target_find(r->model, span_of(name));
	return t && t->joined;
}

static const struct unsent_entry *first_of_another(const struct regain *r, const char *history)
{
	list_for_each(item, unsent_stored_entries(r->unsent)) {
		const struct unsent_entry *e = unsent_entry_at(item);
		if (!e->is_put_off && strcmp(e->history, history) != 0 &&
		    is_open_to_us(r, e->target))
			return e;
	}
	return NULL;
}

static void add_by_number(struct regain *r, const struct unsent_entry *e)
{
	size_t i = r->count++;

	for (; i > 0 && r->asked[i - 1].seq > e->seq; i--)
		r->asked[i] = r->asked[i - 1];
	r->asked[i] = (struct own_number){e->local_id, e->seq};
}

// All that are of the same conversation and of the same history as `e`.
static void gather(struct regain *r, const struct unsent_entry *e)
{
	r->target = xstrdup(e->target);
	r->asked = xcalloc(STORED_MAX, sizeof(*r->asked));
	list_for_each(item, unsent_stored_entries(r->unsent)) {
		const struct unsent_entry *other = unsent_entry_at(item);
		if (span_eq_fold(span_of(other->target), span_of(e->target)) &&
		    strcmp(other->history, e->history) == 0 && r->count < STORED_MAX)
			add_by_number(r, other);
	}
	r->low = 0;
	r->high = r->count;
}

static void ask_next(struct regain *r)
{
	const char *history = present(r);
	const struct unsent_entry *e;

	if (r->target || !history || !uplink_is_online(r->session) ||
	    !uplink_has_cap(r->session, "draft/chathistory") ||
	    !uplink_has_cap(r->session, "snug.chat/exactly-once"))
		return;
	e = first_of_another(r, history);
	if (!e) {
		delivery_ask_lost(r->delivery);
		return;
	}
	gather(r, e);
	ask(r);
}

static bool is_our_join(const struct regain *r, const struct msg *m)
{
	struct span source = m->source, batch;

	return span_eq_fold(m->command, SPAN("JOIN")) && !msg_tag(m, SPAN("batch"), &batch) &&
	       span_eq_fold(span_cut(&source, '!'), span_of(r->model->me->name));
}

void regain_line(struct regain *r, const struct msg *m)
{
	if (span_eq_fold(m->command, SPAN("REDACT")))
		unsent_forget(r->unsent, msg_param(m, 1));
	if (is_our_join(r, m))
		put_off(r, msg_param(m, 0), false);
	else if (!span_eq(m->command, SPAN("005")))
		return;
	ask_next(r);
}

void regain_offline(struct regain *r)
{
	put_off(r, (struct span){0}, false);
}

bool regain_is_asking(const struct regain *r)
{
	return r->target != NULL;
}

struct regain *regain_new(struct model *m, struct uplink *s, struct calls *c, struct unsent *u,
			  struct delivery *d)
{
	struct regain *r = xcalloc(1, sizeof(*r));

	*r = (struct regain){.model = m, .session = s, .calls = c, .unsent = u, .delivery = d};
	return r;
}

void regain_free(struct regain *r)
{
	if (!r)
		return;
	if (r->call)
		calls_cancel(r->calls, r->call);
	forget_target(r);
	free(r);
}
