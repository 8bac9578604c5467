// SPDX-License-Identifier: MIT
// Connections without a shard, a network or a clock that goes: their transport does what it is told,
// their times are set, and each step is one call.
#pragma once

#include "tests/unit/io/world.h"

#include "server/io/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

// What the transport of all answers next, and what was asked of it.
static struct {
	enum tls_result shake, read, write, end;
	const char *in; // comes with the next read; NULL: nothing
	bool has_more, has_words, was_idle, asks, again, parts;
	size_t n_written, n_reads, n_writes, n_ended, n_nudged;
	struct buf out;
} hand;

static inline bool hand_may_begin(unsigned char byte)
{
	return byte == 'H';
}

static inline bool hand_is_astray(struct span command, struct buf *told)
{
	if (!span_eq(command, SPAN("GET")))
		return false;
	buf_add_str(told, "elsewhere\r\n");
	return true;
}

static inline void hand_open(struct carrier *c, const struct carrier_world *world UNUSED,
			     int fd UNUSED)
{
	c->own = &hand;
}

static inline void hand_close(struct carrier *c)
{
	c->own = NULL;
}

static inline enum tls_result hand_shake(struct carrier *c)
{
	c->asks = hand.asks;
	return hand.shake;
}

static inline bool hand_peer(const struct carrier *c UNUSED, uint8_t pin[static TLS_PIN_LEN],
			     uint8_t cert[static 64])
{
	memset(pin, 0, TLS_PIN_LEN);
	memset(cert, 0, 64);
	return false;
}

static inline enum tls_result hand_read(struct carrier *c, struct frame *f)
{
	const char *in = hand.in ? hand.in : "";
	size_t room, len = strlen(in);
	char *to = frame_space(f, &room);

	assert_true(len <= room);
	memcpy(to, in, len);
	frame_fed(f, hand.read == TLS_OK ? len : 0);
	hand.n_reads++;
	c->has_more = hand.has_more;
	c->has_words = hand.has_words;
	c->was_idle = hand.was_idle;
	c->parting = hand.parts ? "Told so" : NULL;
	if (hand.read == TLS_OK && !hand.has_more) {
		hand.in = NULL;
		hand.read = TLS_WANT_READ; // the next one
		return TLS_OK;
	}
	return hand.read;
}

// A line a record.
static inline enum tls_result hand_write(struct carrier *c, struct outq *q, entry_no durable,
					 char *record UNUSED)
{
	struct outq_walk walk = {0};
	struct span line;

	hand.n_writes++;
	if (hand.write != TLS_OK)
		return hand.write;
	c->has_words = false;
	if (outq_next(q, &walk, durable, &line)) {
		buf_add_span(&hand.out, line);
		buf_add_char(&hand.out, '\n');
		outq_sent(q, walk.bytes);
	}
	return TLS_OK;
}

static inline enum tls_result hand_end(struct carrier *c UNUSED, enum parting parting UNUSED,
				       struct span why UNUSED)
{
	hand.n_ended++;
	return hand.end;
}

static inline void hand_nudge(struct carrier *c UNUSED)
{
	hand.n_nudged++;
}

static inline bool hand_question(const struct carrier *c UNUSED, struct web_question *asked,
				 struct web_answer *answer UNUSED)
{
	asked->route = ROUTE_METRICS;
	return true;
}

static inline void hand_answer(struct carrier *c UNUSED, const struct web_answer *answer,
			       struct buf *out)
{
	buf_printf(out, "%u\r\n", answer->status);
}

static inline bool hand_again(struct carrier *c UNUSED)
{
	return hand.again;
}

static inline const char *hand_error(const struct carrier *c UNUSED)
{
	return "by hand";
}

#define HAND_TRANSPORT                                                                         \
	.scheme = "hand", .may_begin = hand_may_begin, .is_astray = hand_is_astray,            \
	.open = hand_open, .close = hand_close, .shake = hand_shake, .peer = hand_peer,        \
	.read = hand_read, .write = hand_write, .end = hand_end, .question = hand_question,    \
	.answer = hand_answer, .again = hand_again, .error = hand_error

static const struct transport by_hand = {HAND_TRANSPORT};
static const struct transport nudged = {HAND_TRANSPORT, .nudge = hand_nudge};

struct scene {
	struct conn_env env;
	struct io_counts counts;
	struct loop *loop;
	struct proof proof;
};

static inline void on_porch_timer(void *arg)
{
	conn_let_in(&((struct scene *)arg)->env);
}

static inline struct scene *scene_new(void)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	buf_clear(&hand.out);
	memset(&hand, 0, sizeof(hand));
	hand.shake = TLS_OK;
	hand.read = TLS_WANT_READ;
	s->loop = loop_new();
	conn_env_init(&s->env, s->loop, 3);
	s->env.counts = &s->counts;
	atomic_store(&s->proof.at_ms, INT64_MAX);
	silence_init(&s->env, &s->proof, SPAN("test.host"));
	s->env.ping = line_new(SPAN("PING :test.host\r\n"), 0);
	s->env.porch_timer = loop_timer_new(s->loop, on_porch_timer, s);
	return s;
}

static inline void scene_free(struct scene *s)
{
	conn_env_clear(&s->env);
	line_drop(s->env.ping);
	loop_timer_free(s->env.porch_timer);
	loop_free(s->loop);
	buf_clear(&hand.out);
	free(s);
}

// A connection of that address ("192.0.2.1:1"), and its other end.
static inline struct conn *connect_from(struct scene *s, const char *address,
					const struct transport *transport, int *other)
{
	struct net_address peer;
	struct conn *c;
	size_t cursor = 0;
	int fds[2];

	assert_true(net_parse(&peer, span_of(address)));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	conn_open(&s->env, fds[0], &peer, transport);
	*other = fds[1];
	while ((c = conn_table_next(&s->env.table, &cursor)) != NULL && c->fd != fds[0])
		;
	if (!c)
		abort();
	return c;
}

// Whatever others took of the turn.
static inline void ready(struct conn *c, unsigned events)
{
	c->env->strangers_us = 0;
	conn_on_ready(c, events);
}

// ... that is open; its other end is closed.
static inline struct conn *opened_by(struct scene *s, const struct transport *transport)
{
	int other;
	struct conn *c = connect_from(s, "192.0.2.1:1", transport, &other);

	buf_add_str(&c->told, "192.0.2.1");
	assert_int_equal(send(other, "H", 1, 0), 1);
	ready(c, LOOP_READ);
	close(other);
	return c;
}

static inline struct conn *opened(struct scene *s)
{
	return opened_by(s, &by_hand);
}

static inline size_t events(const struct scene *s, enum inbox_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; s->env.inbox && i < s->env.inbox->n_events; i++)
		n += s->env.inbox->events[i].kind == kind;
	return n;
}

static inline const struct inbox_event *last_event(const struct scene *s)
{
	assert_non_null(s->env.inbox);
	return &s->env.inbox->events[s->env.inbox->n_events - 1];
}

static inline void queue(struct conn *c, const char *text, entry_no after, bool catch_up)
{
	struct line *l = line_new(span_of(text), after);

	conn_queue(c, l, catch_up);
	line_drop(l);
}

// What comes next, in one read.
static inline void comes(struct conn *c, const char *bytes)
{
	hand.in = bytes;
	hand.read = TLS_OK;
	ready(c, LOOP_READ);
}

static inline bool is_in(const struct list *head, const struct list *item)
{
	for (const struct list *at = head->next; at != head; at = at->next) {
		if (at == item)
			return true;
	}
	return false;
}
