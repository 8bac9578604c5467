// SPDX-License-Identifier: MIT
// A leaky bucket kept as one time: when the bucket will be empty again.
#include "server/hub/flood.h"

#include "server/hub/commands/command.h"
#include "server/hub/pages/multiline.h"
#include "server/hub/session_feed.h"
#include "server/letters/limits.h"

static void on_budget(struct hub *h, struct timer *t)
{
	(void)h;
	session_resume(container_of(t, struct session, on_budget));
}

// The lines of a multiline message come at once, as they must: they are paid for together
// by the command that ends them.
static int64_t cost_of(const struct session *s, const struct msg *m)
{
	const struct command *c = command_find(m->command);

	if (multiline_has(s, m))
		return 0;
	return (c ? c->cost : 1) + multiline_cost(s, m);
}

// Right after connecting a client asks for much at once: rooms, history, markers.
static int64_t burst_of(const struct session *s)
{
	bool is_new = s->hub->now.wall_ms - s->opened_ms < FLOOD_NEW_MS;

	return s->hub->config.lines_burst * (is_new ? FLOOD_NEW_TIMES : 1);
}

bool flood_take(struct session *s, const struct msg *m)
{
	const struct hub_config *config = &s->hub->config;
	int64_t now = s->hub->now.mono_ms, cost, level, burst;

	if (!config->lines_per_second)
		return true;
	cost = cost_of(s, m) * 1000 / config->lines_per_second;
	burst = burst_of(s) * 1000 / config->lines_per_second;
	level = s->budget_ms > now ? s->budget_ms - now : 0;
	// What costs more than a whole bucket runs when the bucket is empty.
	if (cost && level && level + cost > burst) {
		timer_set(s->hub, &s->on_budget,
			  now + (level + cost - burst < level ? level + cost - burst : level),
			  on_budget);
		return false;
	}
	s->budget_ms = now + level + cost;
	return true;
}
