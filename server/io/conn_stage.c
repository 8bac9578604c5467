// SPDX-License-Identifier: MIT
// How long a connection may take for what it is at.
//
// Each is in exactly one stage list until it is dead; a stage has one time-out, so each list is
// in order of expiry and only its head is looked at.
#include "server/io/conn.h"

#include "common/net.h"
#include "server/io/transfer.h"

void conn_wake_by(struct conn_env *env, int64_t at)
{
	if (at >= env->wakes_at)
		return;
	env->wakes_at = at;
	if (env->timer)
		loop_timer_set(env->timer, at - loop_now(env->loop));
}

static int64_t stage_ms(const struct conn_env *env, enum conn_stage stage)
{
	const int64_t ms[STAGES] = {
		[STAGE_LOGIN] = env->times.login_ms,
		[STAGE_QUIET] = env->nudge_after_ms,
		[STAGE_IDLE] = env->times.ping_after_ms,
		[STAGE_NUDGED] = env->times.ping_after_ms,
		[STAGE_PONG] = env->times.pong_within_ms,
		[STAGE_MOVING] = env->transfer_ms,
		[STAGE_CLOSING] = env->times.close_within_ms,
	};

	return ms[stage];
}

void conn_enter_since(struct conn *c, enum conn_stage stage, int64_t since)
{
	struct list *head = &c->env->stages[stage], *before;

	list_remove(&c->staged);
	for (before = head->prev; before != head; before = before->prev) {
		if (container_of(before, struct conn, staged)->since <= since)
			break;
	}
	list_add(before->next, &c->staged);
	c->stage = (uint8_t)stage;
	c->since = since;
	conn_wake_by(c->env, c->since + stage_ms(c->env, stage));
}

void conn_enter(struct conn *c, enum conn_stage stage)
{
	conn_enter_since(c, stage, loop_now(c->env->loop));
}

void conn_begin(struct conn *c)
{
	c->accepted_at = loop_now(c->env->loop);
	list_add(&c->env->shaking, &c->shaking);
	conn_enter(c, STAGE_LOGIN);
	conn_wake_by(c->env, c->accepted_at + c->env->times.handshake_ms);
}

// Whoever was ready in time, and was not served for all the others, gets the time once more.
static bool is_given_time(struct conn *c)
{
	if (!c->was_put_off)
		return false;
	c->was_put_off = false;
	c->accepted_at = loop_now(c->env->loop);
	if (!list_is_empty(&c->shaking)) {
		list_remove(&c->shaking);
		list_add(&c->env->shaking, &c->shaking);
	}
	conn_enter(c, STAGE_LOGIN);
	return true;
}

static void expire(struct conn *c)
{
	switch ((enum conn_stage)c->stage) {
	case STAGE_LOGIN:
		if (is_given_time(c))
			return;
		if (c->state != CONN_OPEN) {
			conn_give_up(c, SPAN("Handshake timed out"));
			return;
		}
		counter_add(&c->env->counts->refused[IO_REFUSED_LATE]);
		conn_part(c, PARTING_REFUSED, SPAN("Registration timed out"));
		return;
	case STAGE_QUIET:
		c->carrier.transport->nudge(&c->carrier);
		conn_flush_soon(c);
		conn_enter_since(c, STAGE_NUDGED, c->since);
		return;
	case STAGE_IDLE:
	case STAGE_NUDGED:
		conn_enter(c, STAGE_PONG);
		if (silence_is_on(&c->env->silence))
			silence_ping(c);
		else
			conn_queue(c, c->env->ping, true);
		return;
	case STAGE_PONG:
		// The PING stands behind much that is read slowly.
		if (net_is_slow(c->fd, SLOW_ALIVE_MS))
			conn_enter(c, STAGE_PONG);
		else
			conn_part(c, PARTING_REFUSED, SPAN("Ping timeout"));
		return;
	case STAGE_MOVING:
		transfer_late(c);
		return;
	case STAGE_CLOSING:
	case STAGES:
		conn_end(c, SPAN("Closed"));
		return;
	}
}

// Whoever is in it waits for us.
static bool is_ours(enum conn_stage stage)
{
	return stage == STAGE_LOGIN || stage == STAGE_PONG || stage == STAGE_MOVING;
}

void conn_wait_anew(struct conn_env *env)
{
	int64_t now = loop_now(env->loop);

	for (enum conn_stage stage = 0; stage < STAGES; stage++) {
		if (!is_ours(stage) || list_is_empty(&env->stages[stage]))
			continue;
		list_for_each(item, &env->stages[stage])
			container_of(item, struct conn, staged)->since = now;
		conn_wake_by(env, now + stage_ms(env, stage));
	}
}

int64_t conn_expire(struct conn_env *env)
{
	int64_t now = loop_now(env->loop), next = INT64_MAX;
	bool is_silent = silence_is_on(&env->silence);

	while (!list_is_empty(&env->shaking)) {
		struct conn *c = container_of(env->shaking.next, struct conn, shaking);
		int64_t ends = c->accepted_at + env->times.handshake_ms;

		if (ends > now) {
			next = ends;
			break;
		}
		if (!is_given_time(c))
			conn_give_up(c, SPAN("Handshake timed out"));
	}
	for (enum conn_stage stage = 0; stage < STAGES; stage++) {
		while (!list_is_empty(&env->stages[stage]) && !(is_silent && is_ours(stage))) {
			struct conn *c =
				container_of(env->stages[stage].next, struct conn, staged);
			int64_t ends = c->since + stage_ms(env, stage);

			if (ends > now) {
				next = ends < next ? ends : next;
				break;
			}
			expire(c);
		}
	}
	env->wakes_at = next;
	return next;
}
