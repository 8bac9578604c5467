// SPDX-License-Identifier: MIT
// The second world: time, chance, and what goes wrong in it.
#include "tests/sim/pair.h"

#include "common/die.h"

#include <stdlib.h>
#include <string.h>

#define CALM_MS 120000
#define LOSS_EACH 8  // of so many seeds one has an engine that loses two machines at once
#define STAND_EACH 8 // ... and one has clocks that stand still with their machine
#define REST_MS 8000 // purses fill meanwhile

static void partner_init(struct partner *p, struct pair *pair, int index)
{
	struct world *w = pair->world;

	*p = (struct partner){.pair = pair, .index = index, .server = &w->servers[index]};
	p->clock_us = (int64_t)(1 + roll(w, 1000000)) * 1000;
	p->rate = 950 + (int64_t)roll(w, 101);
	p->wall_ms = 1767225600000 - p->clock_us / 1000 + (int64_t)roll(w, 2000);
	w->servers[index].partner = p;
	w->servers[index].proof = &p->proof;
}

static void pass_time(struct pair *p, int64_t ms)
{
	p->cluster.now_ms += ms;
	for (int i = 0; i < SERVERS_MAX; i++) {
		struct partner *partner = &p->partners[i];

		if (!partner->is_still || !p->clocks_stand)
			partner->clock_us += ms * partner->rate;
		partner->server->now.mono_ms = partner_now(partner);
		partner->server->now.wall_ms = partner_now(partner) + partner->wall_ms;
		if (partner->is_still && p->cluster.now_ms >= partner->still_ms)
			partner->is_still = false;
	}
}

struct partner *pair_leader(struct pair *p)
{
	for (int i = 0; i < SERVERS_MAX; i++) {
		struct partner *partner = &p->partners[i];

		if (partner->life == PARTNER_LEADS && keeper_is_steady(&partner->keeper) &&
		    partner->keeper.term == p->cluster.term)
			return partner;
	}
	return NULL;
}

bool server_is_deposed(const struct server *s)
{
	const struct partner *p = s->partner;

	return p->pair->cluster.term > p->keeper.term && !p->pair->clocks_stand;
}

static bool is_heard(const struct world *w)
{
	for (int i = 0; i < PEOPLE; i++) {
		const struct link *l = w->people[i].link;

		if (l && (l->first < l->n_queue || l->flow != LINK_LIVE))
			return false;
	}
	return true;
}

static bool is_at_rest(struct pair *p)
{
	const struct partner *leader = pair_leader(p);

	return leader && is_heard(p->world) && !hub_mail_waits(&leader->server->mail) &&
	       !leader->server->mail.journals && !leader->server->mail.queries &&
	       leader->told == leader->put;
}

static void server_step(struct pair *p)
{
	struct world *w = p->world;
	struct partner *partner = &p->partners[roll(w, SERVERS_MAX)];
	struct person *person = &w->people[roll(w, PEOPLE)];

	if (partner->is_still)
		return;
	switch (roll(w, 4)) {
	case 0:
		partner_step(partner);
		break;
	case 1:
		serving_answer(partner);
		break;
	case 2:
		serving_turn(partner);
		break;
	default:
		if (person->link && person->link->server == partner->server)
			server_flush(partner->server, person, 1 + roll(w, 12));
		break;
	}
}

// Nothing goes wrong until nothing was in flight for so long, or much too long.
static void settle(struct pair *p, int64_t rest_ms)
{
	int64_t until_ms = p->cluster.now_ms + CALM_MS, since_ms = p->cluster.now_ms;

	while (p->cluster.now_ms < until_ms && p->cluster.now_ms - since_ms < rest_ms) {
		pass_time(p, 1 + (int64_t)roll(p->world, 6));
		if (roll(p->world, 2))
			cluster_step(&p->cluster);
		else
			server_step(p);
		if (!is_at_rest(p))
			since_ms = p->cluster.now_ms;
	}
}

void pair_init(struct pair *p, struct world *w, uint64_t seed, enum sabotage sabotage)
{
	struct partner *leader;

	*p = (struct pair){.world = w};
	world_base_init(w, seed, sabotage);
	cluster_init(&p->cluster, w);
	p->clocks_stand = seed % STAND_EACH == 0;
	for (int i = 0; i < SERVERS_MAX; i++)
		partner_init(&p->partners[i], p, i);
	settle(p, 1);
	leader = pair_leader(p);
	if (!leader)
		die(1, "seed %llu: nobody leads", (unsigned long long)seed);
	for (int i = 0; i < PEOPLE; i++)
		person_sign_up(&w->people[i], leader->server->hub);
	settle(p, 100);
	for (int i = 0; i < PEOPLE; i++)
		person_act(&w->people[i]);
	settle(p, REST_MS);
}

void pair_clear(struct pair *p)
{
	for (int i = 0; i < SERVERS_MAX; i++)
		partner_end(&p->partners[i], 0);
	cluster_clear(&p->cluster);
	world_base_clear(p->world);
}

static int64_t some_time(struct pair *p)
{
	return (int64_t)roll(p->world, roll(p->world, 6) ? 4000 : 30000);
}

static void server_fault(struct pair *p)
{
	struct partner *partner = &p->partners[roll(p->world, SERVERS_MAX)];

	if (partner->life == PARTNER_DOWN)
		return;
	if (roll(p->world, 3)) {
		tell(p->world, "server %d stands still", partner->index);
		partner->is_still = true;
		partner->still_ms = p->cluster.now_ms + some_time(p);
		p->pauses++;
	} else if (roll(p->world, 3) == 0) {
		p->is_over = p->is_over || partner->is_witness;
		partner_stop(partner);
	} else {
		p->ends++;
		p->is_over = p->is_over || partner->is_witness; // that could have said so
		partner_end(partner, some_time(p));
	}
}

static bool is_any_witness(const struct pair *p)
{
	return p->partners[0].is_witness || p->partners[1].is_witness;
}

// Both the leader and who has all that it told.
static void lose_two(struct pair *p)
{
	bool is_felt = cluster_lose_two(&p->cluster);

	p->lose_at_ms = 0;
	for (int i = 0; i < SERVERS_MAX; i++)
		writing_lost(&p->partners[i]);
	p->losses += is_felt;
	p->has_loss = p->has_loss || is_felt;
	p->is_over = p->has_loss && !is_any_witness(p);
}

// The third machine falls behind, then the other two are lost.
static void prepare_loss(struct pair *p)
{
	if (p->lose_at_ms)
		return;
	p->lose_at_ms = p->cluster.now_ms + (int64_t)roll(p->world, 1000);
	cluster_hold_third(&p->cluster, 2000);
}

static void fault(struct pair *p)
{
	if (roll(p->world, 3) == 0)
		server_fault(p);
	else if (p->world->seed % LOSS_EACH == 5 && roll(p->world, 4) == 0)
		prepare_loss(p);
	else
		cluster_fault(&p->cluster);
}

// Whoever hears nothing goes elsewhere.
static void leave(struct pair *p, struct person *person)
{
	if (!person->link)
		return;
	p->world->cuts++;
	server_close(person);
}

void pair_step(struct pair *p)
{
	struct world *w = p->world;
	uint64_t what = roll(w, 1000);
	struct person *person = &w->people[roll(w, PEOPLE)];

	pass_time(p, 1 + (int64_t)roll(w, 8));
	if (p->lose_at_ms && p->cluster.now_ms >= p->lose_at_ms)
		lose_two(p);
	if (what < 4)
		fault(p);
	else if (what < 10)
		leave(p, person);
	else if (what < 400)
		cluster_step(&p->cluster);
	else if (what < 930)
		server_step(p);
	else
		person_act(person);
}

static void connect_all(struct pair *p)
{
	for (int i = 0; i < PEOPLE; i++) {
		struct person *person = &p->world->people[i];

		if (!person->link)
			person_act(person);
	}
}

static void end_pauses(struct pair *p)
{
	for (int i = 0; i < SERVERS_MAX; i++) {
		struct partner *partner = &p->partners[i];

		partner->is_still = false;
		if (partner->life == PARTNER_DOWN)
			partner->until_ms = p->cluster.now_ms;
	}
}

void pair_calm_down(struct pair *p)
{
	struct world *w = p->world;
	struct partner *leader;

	w->calm = true;
	end_pauses(p);
	cluster_heal(&p->cluster);
	p->lose_at_ms = 0;
	settle(p, REST_MS);
	for (int i = 0; i < PEOPLE && !w->wrong.len; i++)
		check_answered(&w->people[i]);
	for (int i = 0; i < PEOPLE; i++)
		server_close(&w->people[i]);
	for (int round = 0; round < 3 && !w->wrong.len && !p->is_over; round++) {
		connect_all(p);
		settle(p, REST_MS);
	}
	leader = pair_leader(p);
	if (!leader && !p->is_over)
		wrong(w, "nobody leads in the end");
}

void pair_check(struct pair *p)
{
	struct partner *leader = pair_leader(p);
	struct tables *t;

	if (!leader)
		return;
	t = tables_of(&p->cluster, leader->writer.link->on);
	leader->server->reader = t->reader;
	check_all(leader->server, t->path);
	leader->server->reader = NULL;
}
