// SPDX-License-Identifier: MIT
// The porch: a source of which much came to nothing lately is not refused, since others may
// stand behind the same address; but its next connections begin one after the other, with
// those of all such sources. So whoever comes and fails without end costs no more than that,
// and who is from elsewhere goes before.
#include "server/io/conn.h"

void conn_failed(const struct conn *c)
{
	struct conn_env *env = c->env;

	// Who waits for us has not failed, nor who asked over HTTP and was answered.
	if (c->is_on_porch || c->stage != STAGE_LOGIN || c->has_asked || c->carrier.asks ||
	    !env->connections_per_source)
		return;
	failures_note(&env->failures, c->source, c->wide, loop_now(env->loop));
}

void conn_step_up(struct conn *c)
{
	struct conn_env *env = c->env;

	if (!failures_are_many(&env->failures, c->source, c->wide, loop_now(env->loop)))
		return;
	c->is_on_porch = true;
	if (list_is_empty(&env->porch))
		loop_timer_set(env->porch_timer, env->porch_ms);
	list_remove(&c->shaking);
	list_add(&env->porch, &c->shaking);
}

void conn_let_in(struct conn_env *env)
{
	struct conn *c;

	if (list_is_empty(&env->porch))
		return;
	c = container_of(env->porch.next, struct conn, shaking);
	list_remove(&c->shaking);
	c->is_on_porch = false;
	conn_begin(c);
	conn_watch(c);
	if (!list_is_empty(&env->porch))
		loop_timer_set(env->porch_timer, env->porch_ms);
}
