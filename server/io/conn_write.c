// SPDX-License-Identifier: MIT
// The way out: lines are queued while letters are read, and leave once a turn.
#include "server/io/conn.h"

#include "common/clock.h"
#include "server/io/transfer.h"
#include "server/letters/limits.h"

#include <sys/socket.h>

#define RECORDS_PER_TURN 16 // inside: others are waiting

// Live lines past the limit are dropped; what catches up has a limit of its own, which
// only a hub that does not wait could reach.
static bool has_room(struct conn *c, const struct line *l, bool catch_up)
{
	size_t bytes = c->outq.bytes + l->len;
	struct inbox_event *e;

	if (catch_up) {
		if (bytes > CATCH_UP_MAX)
			conn_end(c, SPAN("Too much unread"));
		return bytes <= CATCH_UP_MAX;
	}
	if (c->flow != FLOW_LIVE)
		return false;
	if (bytes <= OUTQ_MAX) {
		c->queued_after = l->after;
		return true;
	}
	c->flow = FLOW_STALLED;
	e = conn_event(c, INBOX_STALLED);
	e->after = l->first_after;
	e->begun = c->queued_after == l->first_after;
	return false;
}

void conn_queue(struct conn *c, struct line *l, bool catch_up)
{
	struct conn_env *env = c->env;

	if (c->state != CONN_OPEN || !has_room(c, l, catch_up))
		return;
	outq_push(&c->outq, l);
	if (!c->write_blocked)
		conn_join(l->after > env->durable && !env->silence.is_on ? &env->gated
									 : &env->dirty,
			  &c->out);
}

void conn_say(struct conn *c, const struct web_answer *answer)
{
	struct buf bytes = {0};
	struct line *line;

	c->is_answered = true;
	c->carrier.transport->answer(&c->carrier, answer, &bytes);
	line = line_new(buf_span(&bytes), answer->after);
	conn_queue(c, line, true);
	line_drop(line);
	buf_clear(&bytes);
}

void conn_answer(struct conn *c, const struct web_answer *answer)
{
	bool is_late = c->state != CONN_OPEN || !c->carrier.asks || c->is_answered;

	if (is_late && answer->then == WEB_TAKES)
		transfer_is_gone(c->env, c->id, &answer->file);
	if (is_late)
		return;
	if (answer->then != WEB_SAYS) {
		transfer_begin(c, answer);
		return;
	}
	if (c->transfer)
		transfer_stored(c, answer->status == 201);
	conn_say(c, answer);
}

static void tell(struct conn *c)
{
	if (!c->tells || c->outq.bytes >= OUTQ_PAUSE || c->state != CONN_OPEN)
		return;
	c->tells = false;
	conn_event(c, INBOX_TAKEN);
}

void conn_tell(struct conn *c)
{
	c->tells = true;
	tell(c);
}

void conn_live(struct conn *c)
{
	c->flow = FLOW_LIVE;
}

static void write_stopped(struct conn *c, enum tls_result result)
{
	switch (result) {
	case TLS_WANT_WRITE:
		c->write_blocked = true;
		return;
	case TLS_WANT_READ:
		c->write_wants_read = true;
		return;
	case TLS_CLOSED:
	case TLS_BROKEN:
		conn_end(c, SPAN("Connection lost"));
		return;
	case TLS_OK:
		return;
	}
}

// All was said: closes our side and waits for the peer's.
static void finish(struct conn *c)
{
	enum tls_result result = c->carrier.transport->end(
		&c->carrier, (enum parting)c->parting, span_of(c->farewell));

	if (result != TLS_OK) {
		write_stopped(c, result);
		return;
	}
	c->carrier.transport->close(&c->carrier);
	c->write_blocked = c->write_wants_read = c->read_wants_write = false;
	if (shutdown(c->fd, SHUT_WR) < 0) {
		conn_end(c, SPAN("Closed"));
		return;
	}
	c->state = CONN_LINGERING;
	c->env->n_lingering++;
}

static void answered(struct conn *c)
{
	if (c->carrier.transport->again(&c->carrier)) {
		conn_ask_again(c);
		return;
	}
	conn_close(c, 0, PARTING_LEFT, SPAN("Answered"));
	list_remove(&c->out);
	finish(c);
}

// Whether it has anything that says something, or an end that does.
static bool is_held(const struct conn *c)
{
	return c->outq.count || c->carrier.has_words || c->state == CONN_CLOSING ||
	       c->is_answered;
}

// Nothing more may leave now.
static void flushed(struct conn *c)
{
	struct conn_env *env = c->env;

	if (c->flow == FLOW_STALLED && c->outq.bytes < OUTQ_DRAINED && c->state == CONN_OPEN) {
		c->flow = FLOW_CATCH_UP;
		conn_event(c, INBOX_DRAINED);
	}
	if (c->write_blocked || c->write_wants_read)
		return;
	// The last words are a write, too.
	if (is_held(c) && silence_is_on(&env->silence)) {
		silence_hold(c);
		return;
	}
	if (c->outq.count || (c->state == CONN_CLOSING && c->close_after > env->durable))
		list_add(&env->gated, &c->out);
	else if (c->state == CONN_CLOSING)
		finish(c);
	else if (c->is_answered && (!c->transfer || transfer_flushed(c)))
		answered(c);
}

void conn_flush_soon(struct conn *c)
{
	if (c->write_blocked)
		return;
	list_remove(&c->out);
	list_add(&c->env->dirty, &c->out);
}

static void count_delivered(struct conn *c, uint32_t before, int64_t made_us)
{
	if (made_us && c->outq.count < before)
		histogram_add(&c->env->counts->delivered, clock_mono_us() - made_us);
}

// What passes a silence goes first, but not between the halves of a record. Words of a
// session's transport pass, too.
static struct outq *next_queue(struct conn *c)
{
	bool speaks = c->env->silence.is_on && c->carrier.has_words && !c->carrier.asks;

	return (c->aside.count || speaks) && !c->is_offered ? &c->aside : &c->outq;
}

static bool may_write(struct conn *c, const struct outq *q)
{
	if (q == &c->aside)
		return true;
	return (outq_may_leave(q, c->env->durable) || c->carrier.has_words) &&
	       !silence_is_on(&c->env->silence);
}

void conn_flush(struct conn *c)
{
	struct conn_env *env = c->env;
	bool was_paused = c->outq.bytes >= OUTQ_PAUSE;

	list_remove(&c->out);
	for (int i = 0; !c->write_blocked && !c->write_wants_read; i++) {
		uint32_t count = c->outq.count;
		int64_t made_us = outq_made_us(&c->outq);
		struct outq *q = next_queue(c);
		enum tls_result result;

		if (!may_write(c, q))
			break;
		if (i == RECORDS_PER_TURN) {
			list_add(&env->dirty, &c->out);
			loop_again(env->loop);
			break;
		}
		result =
			c->carrier.transport->write(&c->carrier, q, env->durable, env->scratch);
		c->is_offered = q == &c->outq && result != TLS_OK;
		count_delivered(c, count, made_us);
		write_stopped(c, result);
		if (c->state == CONN_DEAD)
			return;
	}
	if (list_is_empty(&c->out))
		flushed(c);
	tell(c);
	// The frame may hold whole lines that nobody asked for while it was paused.
	if (was_paused && conn_can_read(c)) {
		conn_join(&env->ready, &c->ready);
		loop_again(env->loop);
	}
	conn_watch(c);
}
