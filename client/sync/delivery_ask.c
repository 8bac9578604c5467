// SPDX-License-Identifier: MIT
// What does not go out by itself: old entries, those that the server may hold already, and
// those that it had stored and lost. They are held until the user says what becomes of them.
// One question at a time; that about lost ones comes behind the others.
#include "client/sync/delivery_private.h"

#include "client/model/own.h"
#include "client/model/target.h"

static bool is_unsure(const struct delivery *d, const struct unsent_entry *e)
{
	return e->was_sent && !delivery_is_exact(d);
}

static bool is_held(const struct delivery *d, const struct unsent_entry *e)
{
	enum own_state state = delivery_state(d, e);

	return state == OWN_HELD || state == OWN_LOST;
}

struct held {
	size_t n_old, n_unsure, n_lost;
	int64_t oldest; // of those that are not lost
};

static void count_one(const struct delivery *d, const struct unsent_entry *e, struct held *held)
{
	if (e->is_lost) {
		held->n_lost++;
		return;
	}
	if (is_unsure(d, e))
		held->n_unsure++;
	else
		held->n_old++;
	if (!held->oldest || e->at_ms < held->oldest)
		held->oldest = e->at_ms;
}

static struct held count_held(const struct delivery *d)
{
	struct held held = {0};

	list_for_each(item, unsent_entries(d->unsent)) {
		const struct unsent_entry *e = unsent_entry_at(item);
		if (is_held(d, e))
			count_one(d, e, &held);
	}
	return held;
}

// Holds what must not go out by itself.
static void hold(struct delivery *d, int64_t now_ms)
{
	list_for_each(item, unsent_entries(d->unsent)) {
		const struct unsent_entry *e = unsent_entry_at(item);
		enum own_state state = delivery_state(d, e);
		bool is_old = now_ms - e->at_ms > ASK_OLDER_MS;
		if (state != OWN_KEEPING && state != OWN_REFUSED && (is_old || is_unsure(d, e)))
			own_set_state(d->model, e->local_id, OWN_HELD, SPAN(""));
	}
}

static bool is_asking(const struct delivery *d)
{
	int id = d->model->question.id;

	return id == QUESTION_OLD || id == QUESTION_UNSURE;
}

void delivery_ask_lost(struct delivery *d)
{
	struct held held = count_held(d);
	struct buf text = {0};

	if (!held.n_lost || is_asking(d) || !uplink_is_online(d->session))
		return;
	d->words->send_lost(&text, held.n_lost);
	model_ask(d->model, QUESTION_LOST, buf_span(&text), "yned");
	buf_clear(&text);
}

static void ask(struct delivery *d)
{
	struct held held = count_held(d);
	struct buf text = {0};
	size_t count = held.n_unsure ? held.n_unsure : held.n_old;

	d->words->send_again(&text, count, held.oldest, held.n_unsure > 0);
	if (count)
		model_ask(d->model, held.n_unsure ? QUESTION_UNSURE : QUESTION_OLD,
			  buf_span(&text), "yned");
	else
		delivery_ask_lost(d);
	buf_clear(&text);
}

void delivery_online(struct delivery *d, int64_t now_ms)
{
	hold(d, now_ms);
	delivery_send_waiting(d);
	ask(d);
}

void delivery_offline(struct delivery *d)
{
	// The calls' ends have put everything back; questions are asked anew.
	model_ask_done(d->model, QUESTION_OLD);
	model_ask_done(d->model, QUESTION_UNSURE);
	model_ask_done(d->model, QUESTION_LOST);
}

void delivery_take_lost(struct delivery *d, struct unsent_entry *e)
{
	struct target *t = target_need(d->model, span_of(e->target));
	struct span ids = span_of(e->messages);

	while (ids.len)
		target_take_out(d->model, t, span_cut(&ids, ' '));
	unsent_lost(d->unsent, e);
	own_add(d->model, t, e->local_id, (enum line_kind)e->kind, span_of(e->text),
		span_of(e->reply_to), e->at_ms, OWN_LOST);
}

static void answer_one(struct delivery *d, struct unsent_entry *e, char choice)
{
	if (choice == 'y')
		own_set_state(d->model, e->local_id, OWN_QUEUED, SPAN(""));
	else if (choice == 'd')
		delivery_drop(d, e->local_id);
	else if (choice == 'e' && own_recall(d->model, e->local_id))
		unsent_done(d->unsent, e);
}

void delivery_answer(struct delivery *d, int question_id, char choice)
{
	bool is_about_lost = question_id == QUESTION_LOST;

	if (question_id != QUESTION_OLD && question_id != QUESTION_UNSURE && !is_about_lost)
		return;
	model_ask_done(d->model, question_id);
	list_for_each_safe(item, after, unsent_entries(d->unsent)) {
		struct unsent_entry *e = unsent_entry_at(item);
		if (is_held(d, e) && e->is_lost == is_about_lost)
			answer_one(d, e, choice);
	}
	delivery_send_waiting(d);
	if (!is_about_lost)
		delivery_ask_lost(d);
}

// History shows what an unsure entry became.
void delivery_on_own_line(void *arg, struct target *t, struct log_line *l)
{
	struct delivery *d = arg;

	if (!(l->flags & LINE_SELF) || !l->id_len)
		return;
	list_for_each_safe(item, after, unsent_entries(d->unsent)) {
		struct unsent_entry *e = unsent_entry_at(item);
		bool is_it = is_unsure(d, e) && delivery_state(d, e) == OWN_HELD &&
			     span_eq_fold(span_of(e->target), span_of(t->name)) &&
			     span_eq(span_of(e->text), line_says(l)) &&
			     l->at_ms > e->at_ms - 60000;
		if (!is_it)
			continue;
		own_drop(d->model, e->local_id);
		unsent_done(d->unsent, e);
		return;
	}
}
