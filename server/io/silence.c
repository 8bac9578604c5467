// SPDX-License-Identifier: MIT
#include "server/io/silence.h"

#include "common/clock.h"
#include "common/log.h"
#include "server/io/conn.h"

#define LOOK_MS 50                   // inside: while something is held, or waits for the gate
#define ASIDE_MAX 4096               // inside: bytes of PONGs that one connection does not take
#define PINGED_LATELY (2 * PROOF_MS) // inside: its answer may be held

static struct line *standard_note(struct span name, const char *code, const char *words)
{
	struct buf text = {0};
	struct line *line;

	buf_printf(&text, ":" SPAN_FMT " NOTE * %s :%s\r\n", SPAN_ARG(name), code, words);
	line = line_new(buf_span(&text), 0);
	buf_clear(&text);
	return line;
}

// The turn's end looks.
static void on_timer(void *arg)
{
	struct silence *s = arg;

	s->looks_again = false;
}

void silence_init(struct conn_env *env, const struct proof *proof, struct span name)
{
	static const struct proof lasting = {INT64_MAX};
	struct silence *s = &env->silence;

	s->proof = proof ? proof : &lasting;
	s->note =
		standard_note(name, "STORING_WAITS",
			      "The server waits for its store: what you say is kept, and said "
			      "when it is back");
	s->over = standard_note(name, "STORING_GOES_ON", "The server has its store again");
	buf_printf(&s->pong, ":" SPAN_FMT " PONG " SPAN_FMT " :", SPAN_ARG(name),
		   SPAN_ARG(name));
	s->timer = loop_timer_new(env->loop, on_timer, s);
}

void silence_clear(struct silence *s)
{
	line_drop(s->note);
	line_drop(s->over);
	buf_clear(&s->pong);
	loop_timer_free(s->timer);
}

bool silence_look(struct silence *s)
{
	int64_t now_ms = clock_mono_ms();

	if (proof_is_young(s->proof, now_ms))
		return false;
	if (!s->is_on) {
		s->is_on = true;
		s->number++;
		s->since_ms = now_ms;
	}
	return true;
}

// Before anything else that passes.
static void tell(struct conn *c)
{
	struct silence *s = &c->env->silence;

	if (c->told_silence == s->number || c->state != CONN_OPEN || c->carrier.asks ||
	    !c->has_spoken)
		return;
	c->told_silence = s->number;
	outq_push(&c->aside, s->note);
}

static void forget_ping(struct conn *c)
{
	if (c->pong)
		line_drop(c->pong);
	c->pong = NULL;
}

static void answer_ping(struct conn *c)
{
	tell(c);
	outq_push(&c->aside, c->pong);
	forget_ping(c);
	conn_flush_soon(c);
}

static void note_ping(struct conn *c, const struct msg *m)
{
	struct buf text = {0};
	struct span label;

	if (msg_tag(m, SPAN("label"), &label))
		buf_printf(&text, "@label=" SPAN_FMT " ", SPAN_ARG(label));
	buf_add_span(&text, buf_span(&c->env->silence.pong));
	buf_add_span(&text, msg_param(m, 0));
	buf_add_str(&text, "\r\n");
	forget_ping(c);
	c->pong = line_new(buf_span(&text), 0);
	c->pinged_at = loop_now(c->env->loop);
	buf_clear(&text);
}

bool silence_answers(struct conn *c, const struct msg *m)
{
	struct silence *s = &c->env->silence;

	if (proof_is_lasting(s->proof) || !span_eq_fold(m->command, SPAN("PING")) ||
	    !msg_param(m, 0).len)
		return false;
	note_ping(c, m);
	if (!silence_is_on(s) || c->aside.bytes > ASIDE_MAX)
		return false;
	answer_ping(c);
	return true;
}

void silence_keep(struct conn *c, struct span line, bool is_sound)
{
	struct msg m;

	if (is_sound && msg_parse(&m, line) == MSG_OK && silence_answers(c, &m))
		return;
	c->is_kept_full = !frame_add(&c->kept, line);
	if (c->is_kept_full)
		frame_give_back(&c->frame, line);
}

void silence_ping(struct conn *c)
{
	outq_push(&c->aside, c->env->ping);
	conn_flush_soon(c);
}

void silence_hold(struct conn *c)
{
	struct conn_env *env = c->env;

	if (c->outq.count)
		tell(c);
	if (!c->aside.count || c->is_offered) {
		list_add(&env->held, &c->out);
		return;
	}
	list_add(&env->dirty, &c->out);
	loop_again(env->loop);
}

static void move_all(struct list *from, struct list *to)
{
	list_for_each_safe(item, after, from) {
		list_remove(item);
		list_add(to, item);
	}
}

static void log_silence(const struct conn_env *env, const char *event, int64_t after_ms)
{
	char shard[LOG_NUMBER_LEN], ms[LOG_NUMBER_LEN];

	log_event(LOG_WARN, event, "shard", log_number(shard, env->table.shard), "after_ms",
		  log_number(ms, after_ms), NULL);
}

// Who waits for the gate is told, and who asked last whether we are there. Who had to wait to
// be heard is heard.
static void begin(struct conn_env *env)
{
	int64_t since = loop_now(env->loop) - PINGED_LATELY;
	struct conn *c;
	size_t cursor = 0;

	env->silence.has_begun = true;
	log_silence(env, "silence", PROOF_MS);
	move_all(&env->gated, &env->dirty);
	while ((c = conn_table_next(&env->table, &cursor))) {
		if (c->pong && c->pinged_at >= since && c->state == CONN_OPEN)
			answer_ping(c);
		if (conn_can_read(c) && !conn_can_hand_on(c))
			conn_join(&env->ready, &c->ready);
	}
}

static void end(struct conn_env *env)
{
	struct silence *s = &env->silence;
	struct conn *c;
	size_t cursor = 0;

	s->is_on = s->has_begun = false;
	log_silence(env, "silence_over", clock_mono_ms() - s->since_ms);
	move_all(&env->held, &env->dirty);
	while ((c = conn_table_next(&env->table, &cursor))) {
		if (c->told_silence == s->number)
			conn_queue(c, s->over, true);
	}
	conn_wait_anew(env);
}

void silence_turn(struct conn_env *env)
{
	struct silence *s = &env->silence;
	bool is_on = silence_is_on(s);

	if (is_on && !s->has_begun)
		begin(env);
	else if (!is_on && s->is_on)
		end(env);
	if (s->looks_again || (!is_on && list_is_empty(&env->gated)) ||
	    proof_is_lasting(s->proof))
		return;
	s->looks_again = true;
	loop_timer_set(s->timer, LOOK_MS);
}
