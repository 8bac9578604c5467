// SPDX-License-Identifier: MIT
// 1. A parcel leaves when what it tells of is durable.
// 2. A subscription is in push_turns only while nothing of it is carried, and it does not rest.
#include "server/hub/push/outward.h"

#include "common/encode.h"
#include "server/hub/history/marker.h"
#include "server/hub/people/credential.h"
#include "server/hub/push/trial.h"
#include "server/hub/push/wake.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"

#include <sodium.h>
#include <stdlib.h>

#define TOPIC_BYTES 24 // are PUSH_TOPIC_LEN characters

_Static_assert(TOPIC_BYTES * 4 / 3 == PUSH_TOPIC_LEN, "a topic is base64url");

// Of an account's conversation, and to nobody else than us that of one.
static void name_topic(const struct parcel *p, char out[static PUSH_TOPIC_LEN + 1])
{
	const struct hub *h = p->subscription->account->hub;
	int64_t about[2] = {p->subscription->id, p->stream};
	uint8_t hash[TOPIC_BYTES];
	struct buf text = {0};

	if (!p->stream)
		return;
	crypto_generichash(hash, sizeof(hash), (const uint8_t *)about, sizeof(about),
			   h->token_key, sizeof(h->token_key));
	encode_b64url(&text, hash, sizeof(hash));
	memcpy(out, text.at, PUSH_TOPIC_LEN);
	buf_clear(&text);
}

static void leave(struct parcel *p)
{
	struct subscription *s = p->subscription;
	struct hub *h = s->account->hub;
	struct push *letter = push_new(s->id, span_of(s->endpoint), span_of(p->text));

	letter->target = s->target;
	letter->ttl_s = PUSH_TTL_S;
	letter->is_urgent = p->kind == PARCEL_MESSAGE || p->kind == PARCEL_INVITE;
	name_topic(p, letter->topic);
	parcel_take(p);
	h->n_pushing++;
	letter_add(&h->out.pushes, &letter->letter);
}

// Nobody comes in by that device any more, or as the account.
static bool is_over(const struct subscription *s)
{
	const struct credential *c =
		idmap_find(&s->account->hub->credentials, (uint64_t)s->device);

	return account_is_shut(s->account) || (s->device && (!c || credential_is_over(c)));
}

static void take_turn(struct subscription *s)
{
	struct parcel *p;

	list_remove(&s->in_turn);
	if (is_over(s)) {
		subscription_remove(s);
		return;
	}
	while ((p = parcel_due(s)) && wake_is_over(p))
		parcel_free(p);
	if (p)
		leave(p);
}

static bool may_leave(const struct subscription *s)
{
	const struct parcel *p = parcel_due(s);

	return !p || p->after <= s->account->hub->durable;
}

static void on_time(struct hub *h, struct timer *t);

static void look_at(struct hub *h, int64_t at_ms)
{
	if (!h->on_pushes.is_set || at_ms < h->on_pushes.at_ms)
		timer_set(h, &h->on_pushes, at_ms, on_time);
}

static void on_time(struct hub *h, struct timer *t)
{
	(void)t;
	list_for_each_safe(item, after, &h->push_rests) {
		struct subscription *s = container_of(item, struct subscription, in_rest);

		if (s->rest_ms > h->now.mono_ms) {
			look_at(h, s->rest_ms);
			continue;
		}
		list_remove(item);
		parcels_have_turn(s);
	}
	parcels_ripen(h);
}

void pushes_leave(struct hub *h)
{
	if (h->stopping)
		return;
	list_for_each_safe(item, after, &h->push_turns) {
		struct subscription *s = container_of(item, struct subscription, in_turn);

		if (h->n_pushing >= PUSHING_MAX)
			break;
		if (may_leave(s))
			take_turn(s);
	}
	if (!list_is_empty(&h->push_delays))
		look_at(h, container_of(h->push_delays.next, struct parcel, in_delay)->due_ms);
}

static void rest(struct subscription *s, int64_t wished_s)
{
	struct hub *h = s->account->hub;
	unsigned doubled = s->n_failed < 10 ? s->n_failed : 10;
	int64_t ms = PUSH_AGAIN_MS << doubled;

	if (ms > PUSH_AGAIN_MAX_MS)
		ms = PUSH_AGAIN_MAX_MS;
	if (wished_s > PUSH_TRIES_MS / 1000)
		wished_s = PUSH_TRIES_MS / 1000;
	if (ms < wished_s * 1000)
		ms = wished_s * 1000;
	s->n_failed++;
	s->rest_ms = h->now.mono_ms + ms;
	list_remove(&s->in_turn);
	list_remove(&s->in_rest);
	list_add(&h->push_rests, &s->in_rest);
	look_at(h, s->rest_ms);
}

// It stands on the device now, unless the person has read it meanwhile.
static void note_shown(struct subscription *s, const struct parcel *p)
{
	const struct stream *stream = history_stream(s->account->hub, p->stream);

	if (p->kind != PARCEL_MESSAGE || !stream)
		return;
	idmap_put(&s->shown, (uint64_t)p->stream, s);
	if (marker_time(s->account, p->stream) >= p->time_ms)
		wake_read(s->account, stream, marker_time(s->account, p->stream));
}

static void taken(struct subscription *s)
{
	note_shown(s, s->out);
	parcel_free(s->out);
	subscription_is_alive(s);
	parcels_have_turn(s);
	if (s->trial)
		trial_pass(s);
}

static enum push_count judge(const struct pushed *p)
{
	switch (p->result) {
	case PUSHED_ANSWERED:
		break;
	case PUSHED_UNREACHABLE:
		return PUSH_LATER;
	case PUSHED_FORBIDDEN:
		return PUSH_REFUSED;
	case PUSHED_KEYS:
	case PUSHED_OUTDATED:
		return PUSH_GONE;
	}
	if (p->status >= 200 && p->status < 300)
		return PUSH_TAKEN;
	if (p->status == 404 || p->status == 410)
		return PUSH_GONE;
	return p->status == 429 || p->status >= 500 ? PUSH_LATER : PUSH_REFUSED;
}

static void fail_trial(struct subscription *s, const struct pushed *p)
{
	if (p->result == PUSHED_FORBIDDEN)
		trial_fail(s, "FORBIDDEN", "Nothing is sent to such an address");
	else if (p->result == PUSHED_KEYS)
		trial_fail(s, "INVALID_PARAMS", "These keys are none");
	else if (p->result == PUSHED_ANSWERED)
		trial_fail(s, "INTERNAL_ERROR", "The push service does not take it");
	else
		trial_fail(s, "INTERNAL_ERROR",
			   "The push service cannot be reached: try again later");
}

static void later(struct subscription *s, const struct pushed *p)
{
	rest(s, p->retry_after);
	if (wake_is_over(s->out))
		parcel_free(s->out);
	else
		parcel_put_back(s->out);
}

static void refused(struct subscription *s)
{
	parcel_free(s->out);
	parcels_have_turn(s);
}

void pushes_came_back(struct hub *h, struct pushed *p)
{
	struct subscription *s = subscription_by_id(h, p->subscription);
	enum push_count what = judge(p);

	h->n_pushing--;
	h->figures.pushes[what]++;
	if (!s || !s->out)
		; // it went while something of it was carried
	else if (what == PUSH_TAKEN)
		taken(s);
	else if (s->trial)
		fail_trial(s, p);
	else if (what == PUSH_GONE)
		subscription_remove(s);
	else if (what == PUSH_LATER)
		later(s, p);
	else
		refused(s);
	free(p);
}
