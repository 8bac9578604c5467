// SPDX-License-Identifier: MIT
// The life of a connection: its states, its end.
//
// 1. The hub hears OPENED once, then CLOSED once; lines for it are dropped as soon as the
//    end is decided.
// 2. Memory is given back only in conn_reap, when no handler is on the stack, some in each
//    turn: where thousands leave at once, those who stay are told so and talk meanwhile.
#include "server/io/conn.h"

#include "common/die.h"
#include "common/net.h"
#include "server/io/transfer.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

// What leaving costs is paid by the rooms: a line to each of their members.
#define REAPED_PER_TURN 32 // inside: others are waiting

void conn_env_init(struct conn_env *env, struct loop *loop, unsigned shard)
{
	*env = (struct conn_env){
		.loop = loop,
		.table.shard = shard,
		.wakes_at = INT64_MAX,
		.times = {HANDSHAKE_MS, LOGIN_MS, PING_AFTER_MS, PONG_WITHIN_MS,
			  CLOSE_WITHIN_MS},
		.nudge_after_ms = NUDGE_AFTER_MS,
		.transfer_ms = TRANSFER_STEP_MS,
		.porch_ms = PORCH_MS,
	};
	for (size_t i = 0; i < STAGES; i++)
		list_init(&env->stages[i]);
	list_init(&env->shaking);
	list_init(&env->porch);
	list_init(&env->ready);
	list_init(&env->dirty);
	list_init(&env->gated);
	list_init(&env->held);
	list_init(&env->dead);
	list_init(&env->told);
}

void conn_env_clear(struct conn_env *env)
{
	struct conn *c;
	size_t cursor = 0;

	while ((c = conn_table_next(&env->table, &cursor)))
		conn_end(c, SPAN("Server stopped"));
	do {
		conn_mourn(env);
	} while (!conn_reap(env));
	inbox_free(env->inbox);
	env->inbox = NULL;
	conn_table_clear(&env->table);
	idmap_clear(&env->sources);
	failures_clear(&env->failures);
	idmap_clear(&env->transferring);
	silence_clear(&env->silence);
}

void conn_count_source(struct idmap *sources, uint64_t source, int change)
{
	intptr_t count = (intptr_t)idmap_find(sources, source) + change;

	if (count)
		idmap_put(sources, source, (void *)count);
	else
		idmap_remove(sources, source);
}

static void count_unknown(struct conn *c, int change)
{
	c->env->n_unknown = (size_t)((intptr_t)c->env->n_unknown + change);
	conn_count_source(&c->env->sources, c->source, change);
	if (c->wide != c->source)
		conn_count_source(&c->env->sources, c->wide, change);
}

void conn_set_known(struct conn *c, bool is_known)
{
	c->is_known = is_known;
	count_unknown(c, is_known ? -1 : 1);
}

static bool has_more_than(const struct conn_env *env, uint64_t source, int64_t most)
{
	return (int64_t)(intptr_t)idmap_find(&env->sources, source) >= most;
}

bool conn_has_too_many(const struct conn_env *env, const struct net_address *peer)
{
	int64_t most = env->connections_per_source;

	return most && (has_more_than(env, net_source(peer), most) ||
			has_more_than(env, net_source_wide(peer), most * WIDE_TIMES));
}

void conn_set_source(struct conn *c, const struct net_address *source)
{
	count_unknown(c, -1);
	c->source = net_source(source);
	c->wide = net_source_wide(source);
	count_unknown(c, 1);
}

void conn_open(struct conn_env *env, int fd, const struct net_address *peer,
	       const struct transport *transport)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	c->env = env;
	c->fd = fd;
	c->carrier.transport = transport;
	c->source = net_source(peer);
	c->wide = net_source_wide(peer);
	c->awaits_proxy = conn_is_of_proxy(env, peer, transport);
	frame_init(&c->frame, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	frame_init(&c->kept, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	list_init(&c->staged);
	list_init(&c->ready);
	list_init(&c->out);
	list_init(&c->shaking);
	c->id = conn_table_add(&env->table, c);
	counter_add(&env->counts->accepted);
	count_unknown(c, 1);
	conn_begin(c);
	if (!c->awaits_proxy)
		conn_step_up(c);
	c->watch = loop_add(env->loop, fd, (c->is_on_porch ? 0U : LOOP_READ) | LOOP_MANY,
			    conn_on_ready, c);
}

static struct inbox *inbox_of(struct conn_env *env)
{
	if (!env->inbox)
		env->inbox = inbox_new(env->table.shard);
	return env->inbox;
}

struct inbox_event *conn_env_event(struct conn_env *env, enum inbox_kind kind, conn_id conn)
{
	return inbox_add(inbox_of(env), kind, conn);
}

struct inbox_event *conn_event(struct conn *c, enum inbox_kind kind)
{
	return inbox_add(inbox_of(c->env), kind, c->id);
}

struct arena *conn_arena(struct conn *c)
{
	return &inbox_of(c->env)->arena;
}

bool conn_can_hand_on(const struct conn *c)
{
	return c->state == CONN_OPEN && c->credit && c->outq.bytes < OUTQ_PAUSE;
}

bool conn_can_read(const struct conn *c)
{
	return conn_can_hand_on(c) || (c->state == CONN_OPEN && !c->carrier.asks &&
				       c->env->silence.is_on && !c->is_kept_full);
}

void conn_watch(struct conn *c)
{
	bool reads =
		(c->state < CONN_SHAKING && !c->is_on_porch) || c->state == CONN_LINGERING ||
		(c->state == CONN_SHAKING && !c->read_wants_write) || c->write_wants_read ||
		((conn_can_read(c) || transfer_reads(c)) && !c->read_wants_write);
	bool writes = c->write_blocked || c->read_wants_write;

	if (c->state != CONN_DEAD)
		loop_change(c->watch, (reads ? LOOP_READ : 0U) | (writes ? LOOP_WRITE : 0U));
}

static void enter_silence(struct conn *c)
{
	conn_enter(c, c->carrier.transport->nudge ? STAGE_QUIET : STAGE_IDLE);
}

void conn_heard(struct conn *c)
{
	if (c->stage != STAGE_LOGIN && c->stage != STAGE_MOVING && c->stage != STAGE_CLOSING)
		enter_silence(c);
}

void conn_give_credit(struct conn *c, uint32_t count)
{
	bool was_starved = c->credit == 0;

	c->credit += count;
	// With credit left, all that came was taken.
	if (was_starved && c->state == CONN_OPEN)
		conn_join(&c->env->ready, &c->ready);
}

void conn_logged_in(struct conn *c)
{
	if (c->is_known || c->state != CONN_OPEN)
		return;
	conn_set_known(c, true);
	enter_silence(c);
	conn_give_credit(c, CONN_CREDIT - CREDIT_UNKNOWN);
}

void conn_hold(struct conn *c, bool holds)
{
	int64_t now = loop_now(c->env->loop);
	int64_t whole = c->env->times.login_ms;

	if (c->is_known || c->state != CONN_OPEN || holds != (c->stage == STAGE_LOGIN))
		return;
	if (holds) {
		c->login_left_ms = c->since + whole - now;
		enter_silence(c);
	} else {
		conn_enter_since(c, STAGE_LOGIN, now + c->login_left_ms - whole);
	}
}

static void report_closed(struct conn *c, struct span reason)
{
	conn_event(c, INBOX_CLOSED)->reason = arena_dup(conn_arena(c), reason);
}

void conn_close(struct conn *c, entry_no after, enum parting parting, struct span reason)
{
	if (c->state >= CONN_CLOSING)
		return;
	if (c->state != CONN_OPEN) {
		conn_end(c, SPAN("Closed"));
		return;
	}
	if (!c->carrier.asks)
		report_closed(c, reason);
	conn_failed(c);
	transfer_end(c);
	c->state = CONN_CLOSING;
	c->close_after = after;
	c->parting = (uint8_t)parting;
	c->farewell = span_dup(reason);
	frame_clear(&c->frame);
	frame_clear(&c->kept);
	list_remove(&c->shaking);
	conn_enter(c, STAGE_CLOSING);
	if (!c->write_blocked)
		conn_join(&c->env->dirty, &c->out);
	conn_watch(c);
}

// The answer is too late, or there is no room to wait for it.
static void part_asker(struct conn *c)
{
	if (c->is_answered) {
		conn_end(c, SPAN("Too slow"));
		return;
	}
	conn_answer(c, &(struct web_answer){
			       .status = 503,
			       .retry_s = 1,
			       .body = SPAN("The server is busy: try again in a moment.\n"),
		       });
	conn_enter(c, STAGE_CLOSING);
}

void conn_part(struct conn *c, enum parting parting, struct span reason)
{
	struct buf text = {0};
	struct line *line;

	if (c->carrier.asks) {
		part_asker(c);
		return;
	}
	buf_add_str(&text, "ERROR :Closing link: ");
	buf_add_span(&text, reason);
	buf_add_str(&text, "\r\n");
	line = line_new(buf_span(&text), 0);
	conn_queue(c, line, true);
	line_drop(line);
	buf_clear(&text);
	conn_close(c, 0, parting, reason);
}

void conn_end(struct conn *c, struct span reason)
{
	if (c->state == CONN_DEAD)
		return;
	if (c->state == CONN_OPEN && !c->carrier.asks)
		c->epitaph = reason.at;
	conn_failed(c);
	transfer_end(c);
	if (!c->is_known)
		count_unknown(c, -1);
	if (c->state == CONN_LINGERING)
		c->env->n_lingering--;
	c->state = CONN_DEAD;
	conn_table_remove(&c->env->table, c->id);
	list_remove(&c->shaking);
	list_remove(&c->ready);
	list_remove(&c->out);
	list_remove(&c->staged);
	list_add(&c->env->dead, &c->staged);
	loop_remove(c->watch);
}

void conn_refuse(struct conn *c, enum io_refusal why, struct span reason)
{
	counter_add(&c->env->counts->refused[why]);
	conn_end(c, reason);
}

void conn_ask_again(struct conn *c)
{
	c->state = CONN_SHAKING;
	c->has_asked = true;
	c->is_answered = c->carrier.asks = false;
	conn_begin(c);
}

void conn_give_up(struct conn *c, struct span reason)
{
	if (c->has_asked)
		conn_end(c, reason);
	else
		conn_refuse(c, IO_REFUSED_HANDSHAKE, reason);
}

static void bury(struct conn *c)
{
	list_remove(&c->staged);
	c->carrier.transport->close(&c->carrier);
	close(c->fd);
	frame_clear(&c->frame);
	frame_clear(&c->kept);
	outq_clear(&c->outq);
	outq_clear(&c->aside);
	if (c->pong)
		line_drop(c->pong);
	buf_clear(&c->told);
	free(c->farewell);
	free(c);
}

void conn_mourn(struct conn_env *env)
{
	int left = REAPED_PER_TURN;

	list_for_each_safe(item, after, &env->dead) {
		struct conn *c = container_of(item, struct conn, staged);

		if (left-- == 0)
			break;
		if (c->epitaph)
			report_closed(c, span_of(c->epitaph));
		list_remove(&c->staged);
		list_add(&env->told, &c->staged);
	}
}

bool conn_reap(struct conn_env *env)
{
	list_for_each_safe(item, after, &env->told)
		bury(container_of(item, struct conn, staged));
	return list_is_empty(&env->dead);
}
