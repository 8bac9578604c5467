// SPDX-License-Identifier: MIT
// The machines of the model: how they copy each other, end, come back, and who leads.
#include "tests/sim/cluster.h"

#include "common/grow.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 8

void cluster_init(struct cluster *c, struct world *w)
{
	*c = (struct cluster){.world = w, .now_ms = 1000000, .leader = 0, .heir = 1};
	for (int i = 0; i < MACHINES; i++)
		c->machines[i] = (struct machine){.index = i, .is_up = true, .sync = 1};
	c->machines[0].is_primary = true;
	c->patience_ms = 1000;
}

void cluster_clear(struct cluster *c)
{
	backends_clear(c);
	for (int i = 0; i < MACHINES; i++) {
		tables_clear(&c->machines[i].tables);
		free(c->machines[i].log);
	}
	while (c->commits) {
		struct commit *commit = c->commits;

		c->commits = commit->older;
		journal_free(commit->entries);
		free(commit);
	}
}

bool machine_answers(const struct cluster *c, const struct machine *m)
{
	return m->is_up && !m->is_still && c->now_ms >= m->cut_until_ms;
}

bool cluster_reaches(const struct cluster *c, int client, const struct machine *m)
{
	return c->now_ms >= c->cut_ms[client][m->index];
}

static size_t common_prefix(const struct machine *a, const struct machine *b)
{
	size_t n = a->n < b->n ? a->n : b->n;

	// Most often they have the same history, and one of them more of it.
	if (!n || a->log[n - 1] == b->log[n - 1])
		return n;
	while (n && a->log[n - 1] != b->log[n - 1])
		n--;
	return n;
}

// A standby copies a little of what it follows; the leader's it may be made to fit.
static void replicate(struct cluster *c, struct machine *s)
{
	struct machine *of = &c->machines[s->follows];
	size_t same;

	if (s->is_primary || of == s || !of->is_primary || !machine_answers(c, s) ||
	    !machine_answers(c, of))
		return;
	same = common_prefix(s, of);
	if (same < s->n && of->index != c->leader)
		return;
	c->rewinds += same < s->n;
	if (same < s->n)
		tell(c->world, "machine %d goes back from %zu to %zu", s->index, s->n, same);
	s->n = same;
	for (int i = 0; i < ROWS_AT_ONCE && s->n < of->n; i++) {
		s->log = grow(s->log, s->n, &s->space, sizeof(struct commit *));
		s->log[s->n] = of->log[s->n];
		s->n++;
	}
	s->shown = s->n;
	if (s->n == of->n)
		s->is_new = false;
}

static void wait_for(struct cluster *c, struct machine *m, int sync)
{
	tell(c->world, "machine %d waits for %d now", m->index, sync);
	c->heir = -1;
	m->sync = sync;
	m->sync_from = m->n;
	c->heir_missed_ms = 0;
}

static int other_than(int a, int b)
{
	return MACHINES - a - b; // 0 + 1 + 2
}

static void promote(struct cluster *c, int heir)
{
	struct machine *old = &c->machines[c->leader], *m = &c->machines[heir];

	old->told_ms = c->now_ms + (int64_t)roll(c->world, 10000);
	c->failovers++;
	tell(c->world, "fail-over from %d to %d, which has %zu of its %zu", c->leader, heir,
	     m->n, old->n);
	wait_for(c, m, other_than(c->leader, heir));
	c->leader = heir;
	c->missed_ms = 0;
	m->is_primary = true;
	m->follows = m->index;
	m->shown = m->n;
}

static void watch_leader(struct cluster *c)
{
	const struct machine *m = &c->machines[c->leader];

	if (machine_answers(c, m)) {
		c->missed_ms = 0;
	} else if (!c->missed_ms) {
		c->missed_ms = c->now_ms;
		c->patience_ms = 500 + (int64_t)roll(c->world, 6000);
	} else if (c->now_ms - c->missed_ms > c->patience_ms && c->heir >= 0 &&
		   machine_answers(c, &c->machines[c->heir])) {
		promote(c, c->heir);
	}
}

// Who follows the leader is known before the leader may wait for another, and made known only
// when it has all that was told to anybody.
static void watch_heir(struct cluster *c)
{
	struct machine *m = &c->machines[c->leader], *s = &c->machines[m->sync];
	int third = other_than(c->leader, m->sync);

	if (!machine_answers(c, m))
		return;
	if (!machine_answers(c, s)) {
		if (!c->heir_missed_ms)
			c->heir_missed_ms = c->now_ms;
		else if (c->now_ms - c->heir_missed_ms > 2000 &&
			 machine_answers(c, &c->machines[third]))
			wait_for(c, m, third);
		return;
	}
	c->heir_missed_ms = 0;
	if (c->heir < 0 && s->follows == m->index && s->n >= m->sync_from &&
	    common_prefix(s, m) == s->n)
		c->heir = s->index;
}

// Who is not the leader hears of it.
static void hear_of_it(struct cluster *c, struct machine *m)
{
	if (m->index == c->leader || !machine_answers(c, m))
		return;
	if (m->is_primary && c->now_ms < m->told_ms)
		return;
	if (m->is_primary) {
		tell(c->world, "machine %d hears that it leads no more", m->index);
		backends_end(c, m);
	}
	m->is_primary = false;
	m->follows = c->leader;
}

static void come_back(struct cluster *c, struct machine *m)
{
	m->is_still = false;
	if (m->is_up)
		return;
	m->is_up = true;
	// One that was replaced may start as what it was before somebody tells it.
	m->is_primary = m->index == c->leader ||
			(m->is_primary && !m->is_new && roll(c->world, 4) == 0);
	m->follows = m->is_primary ? m->index : c->leader;
	m->shown = m->n;
	tell(c->world, "machine %d is back as %s, with %zu", m->index,
	     m->is_primary ? "primary" : "standby", m->n);
}

void cluster_step(struct cluster *c)
{
	struct machine *m = &c->machines[roll(c->world, MACHINES)];

	if (c->now_ms >= m->until_ms && (!m->is_up || m->is_still))
		come_back(c, m);
	switch (roll(c->world, 8)) {
	case 0:
		watch_leader(c);
		break;
	case 1:
		watch_heir(c);
		break;
	case 2:
		hear_of_it(c, m);
		break;
	case 3:
	case 4:
		replicate(c, m);
		break;
	default:
		backends_step(c);
		break;
	}
}

static int64_t some_time(struct cluster *c)
{
	uint64_t long_ones = roll(c->world, 6);

	return (int64_t)roll(c->world, long_ones ? 3000 : 20000);
}

static void end_machine(struct cluster *c, struct machine *m)
{
	tell(c->world, "machine %d ends", m->index);
	m->is_up = false;
	m->until_ms = c->now_ms + some_time(c);
	backends_end(c, m);
}

static bool is_any_new(const struct cluster *c)
{
	return c->machines[0].is_new || c->machines[1].is_new || c->machines[2].is_new;
}

// The leader only while another has all that was told.
static bool may_lose(const struct cluster *c, const struct machine *m)
{
	return !is_any_new(c) && (m->index != c->leader || c->heir >= 0);
}

static void lose_disk(struct cluster *c, struct machine *m)
{
	end_machine(c, m);
	tell(c->world, "machine %d loses its disk", m->index);
	m->n = m->shown = 0;
	m->is_new = true;
	if (c->machines[c->leader].sync == m->index)
		wait_for(c, &c->machines[c->leader], m->index);
}

// The lost leader does not come back as one: the heir is made it.
static void lose(struct cluster *c, struct machine *m)
{
	bool led = m->index == c->leader;

	if (!may_lose(c, m))
		return;
	lose_disk(c, m);
	if (led)
		promote(c, c->heir);
	m->is_primary = false;
}

void cluster_hold_third(struct cluster *c, int64_t ms)
{
	int third = other_than(c->leader, c->machines[c->leader].sync);

	c->machines[third].cut_until_ms = c->now_ms + ms;
}

bool cluster_lose_two(struct cluster *c)
{
	struct machine *m = &c->machines[c->leader], *s = &c->machines[m->sync];
	struct machine *third = &c->machines[other_than(m->index, s->index)];
	bool is_felt = false;

	if (is_any_new(c))
		return false;
	for (size_t i = common_prefix(m, third); i < m->n; i++)
		is_felt = is_felt || (m->log[i]->is_safe && m->log[i]->entries);
	lose_disk(c, m);
	lose_disk(c, s);
	m->is_primary = s->is_primary = false;
	promote(c, third->index);
	third->cut_until_ms = 0;
	c->term = machine_head(third)->term;
	return is_felt;
}

void cluster_fault(struct cluster *c)
{
	struct machine *m = &c->machines[roll(c->world, MACHINES)];
	uint64_t client = roll(c->world, SERVERS_MAX);

	switch (roll(c->world, 12)) {
	case 0:
	case 1:
		end_machine(c, m);
		break;
	case 2:
	case 3:
		tell(c->world, "machine %d stands still", m->index);
		m->is_still = true;
		m->until_ms = c->now_ms + some_time(c);
		break;
	case 4:
	case 5:
		backends_cancel(c, m);
		break;
	case 6:
		tell(c->world, "server %d and machine %d are cut", (int)client, m->index);
		c->cut_ms[client][m->index] = c->now_ms + some_time(c);
		break;
	case 7:
		tell(c->world, "machine %d is cut from the others", m->index);
		m->cut_until_ms = c->now_ms + some_time(c);
		break;
	case 8:
		m->is_full = !m->is_full;
		break;
	case 9:
		lose(c, m);
		break;
	default:
		backends_break(c);
		break;
	}
}

void cluster_heal(struct cluster *c)
{
	for (int i = 0; i < MACHINES; i++) {
		c->machines[i].until_ms = c->machines[i].told_ms = c->now_ms;
		c->machines[i].cut_until_ms = 0;
		c->machines[i].is_full = false;
	}
	memset(c->cut_ms, 0, sizeof(c->cut_ms));
}
