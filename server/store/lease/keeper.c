// SPDX-License-Identifier: MIT
#include "server/store/lease/keeper.h"

#include <assert.h>
#include <string.h>

void keeper_init(struct keeper *k, int64_t term, const char *holder, int64_t sent_ms,
		 bool is_proven)
{
	*k = (struct keeper){.term = term,
			     .was_proven = is_proven,
			     .holder = holder,
			     .is_connected = is_proven,
			     .is_proven = is_proven,
			     .at_ms = is_proven ? sent_ms + LEASE_BEAT_MS : sent_ms,
			     .pause_ms = LEASE_PAUSE_MS,
			     .patience_ms = LEASE_ANSWER_MS,
			     .proof_ms = is_proven ? sent_ms : INT64_MIN};
}

bool keeper_is_steady(const struct keeper *k)
{
	return k->is_connected && k->is_proven && k->end == KEEPER_GOES_ON;
}

void keeper_batch(struct keeper *k, entry_no upto)
{
	assert(upto >= k->durable && !k->has_batch);
	k->to = upto;
	k->has_batch = true;
}

bool keeper_is_in_doubt(const struct keeper *k)
{
	return k->has_batch && k->from != k->to && !k->is_proven;
}

void keeper_drop(struct keeper *k)
{
	assert(k->doing == KEEPER_RESTS && !keeper_is_in_doubt(k));
	k->to = k->from;
	k->has_batch = false;
}

// A batch is a sign as good as any, but one that is not taken gives none.
enum keeper_does keeper_wants(const struct keeper *k, int64_t now_ms)
{
	bool is_due = now_ms >= k->at_ms;

	if (k->end != KEEPER_GOES_ON)
		return KEEPER_ENDS;
	if (k->doing != KEEPER_RESTS)
		return KEEPER_RESTS;
	if (!k->is_connected)
		return is_due ? KEEPER_CONNECTS : KEEPER_RESTS;
	if (k->is_proven && k->has_batch && now_ms < k->at_ms + LEASE_BEAT_MS)
		return KEEPER_SENDS;
	return is_due ? KEEPER_ASKS : KEEPER_RESTS;
}

enum keeper_does keeper_next(struct keeper *k, int64_t now_ms)
{
	enum keeper_does next = keeper_wants(k, now_ms);

	if (next != KEEPER_RESTS && next != KEEPER_ENDS) {
		k->doing = next;
		k->doing_ms = now_ms;
	}
	return next;
}

int keeper_rests_ms(const struct keeper *k, int64_t now_ms)
{
	return k->at_ms > now_ms ? (int)(k->at_ms - now_ms) : 0;
}

int keeper_patience_ms(const struct keeper *k)
{
	return (int)k->patience_ms;
}

static int64_t doubled(int64_t ms, int64_t max)
{
	return 2 * ms < max ? 2 * ms : max;
}

static void pause(struct keeper *k, int64_t now_ms)
{
	k->at_ms = now_ms + k->pause_ms;
	k->pause_ms = doubled(k->pause_ms, LEASE_PAUSE_MAX_MS);
}

static void lose(struct keeper *k, enum keeper_does done, int64_t now_ms)
{
	k->is_connected = k->is_proven = false;
	if (done != KEEPER_CONNECTS)
		k->patience_ms = doubled(k->patience_ms, LEASE_ANSWER_MAX_MS);
	pause(k, now_ms);
}

static void prove(struct keeper *k)
{
	k->is_proven = k->was_proven = true;
	k->proof_ms = k->doing_ms;
	k->at_ms = k->doing_ms + LEASE_BEAT_MS;
	k->pause_ms = LEASE_PAUSE_MS;
	k->patience_ms = LEASE_ANSWER_MS;
}

// Entries up to there are stored: the batch, or a shorter one of before, which came late.
static void store(struct keeper *k, entry_no upto)
{
	bool is_again = k->from < k->durable;

	k->from = upto;
	if (upto > k->durable)
		k->durable = upto;
	k->has_batch = upto < k->to;
	if (is_again && !k->has_batch)
		k->end = KEEPER_RESTORED;
}

static bool is_mine(const struct keeper *k, const struct lease_head *head)
{
	return head->term == k->term && strcmp(head->holder, k->holder) == 0;
}

// Another has it. What was called durable must have been there when it was taken; of who had it
// in between nothing is known. A term that was never proven told nobody anything.
static void judge_other(struct keeper *k, const struct lease_head *head)
{
	bool is_lost = head->term <= k->term ||
		       (head->term == k->term + 1 && head->before < k->durable);

	k->end = is_lost && k->was_proven ? KEEPER_LOST : KEEPER_FENCED;
}

// A commit of the head row says how it is.
static void judge(struct keeper *k, const struct lease_head *head)
{
	if (!is_mine(k, head)) {
		judge_other(k, head);
		return;
	}
	if (!k->only_beats && (head->upto < k->from || head->upto > k->to)) {
		k->end = KEEPER_LOST;
		return;
	}
	prove(k);
	if (!k->only_beats && head->upto > k->from)
		store(k, head->upto);
}

static void came_asked(struct keeper *k, enum lease_came came, const struct lease_head *head,
		       int64_t now_ms)
{
	if (head)
		k->head = *head;
	if (came == CAME_WELL) {
		assert(head);
		judge(k, head);
	} else if (came == CAME_UNSURE) {
		pause(k, now_ms);
	} else {
		lose(k, KEEPER_ASKS, now_ms);
	}
}

static void came_sent(struct keeper *k, enum lease_came came, int64_t now_ms)
{
	switch (came) {
	case CAME_WELL:
		prove(k);
		store(k, k->to);
		break;
	case CAME_UNSURE:
	case CAME_FENCED: // by whom, or by itself when the first try did arrive
		k->is_proven = false;
		k->at_ms = now_ms;
		break;
	case CAME_NOT:
		break;
	case CAME_AWAY:
		lose(k, KEEPER_SENDS, now_ms);
		break;
	}
}

void keeper_came(struct keeper *k, enum lease_came came, const struct lease_head *head,
		 int64_t now_ms)
{
	enum keeper_does done = k->doing;

	assert(done != KEEPER_RESTS);
	k->doing = KEEPER_RESTS;
	if (done == KEEPER_ASKS) {
		came_asked(k, came, head, now_ms);
	} else if (done == KEEPER_SENDS) {
		came_sent(k, came, now_ms);
	} else if (came == CAME_WELL) {
		k->is_connected = true;
		k->at_ms = now_ms;
	} else {
		lose(k, KEEPER_CONNECTS, now_ms);
	}
}

bool keeper_can_send_again(const struct keeper *k)
{
	return k->end == KEEPER_LOST && is_mine(k, &k->head) && k->head.upto < k->durable;
}

void keeper_send_again(struct keeper *k)
{
	assert(keeper_can_send_again(k));
	k->end = KEEPER_GOES_ON;
	k->from = k->head.upto;
	k->to = k->durable;
	k->has_batch = true;
	k->is_proven = true;
}
