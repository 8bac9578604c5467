// SPDX-License-Identifier: MIT
// sim [pair] FIRST COUNT [SABOTAGE]: plays so many seeds of the first world, or of the second,
// and says what did not hold.
//
// With a sabotage it is the other way round: some seed must find it.
#include "tests/sim/pair.h"

#include "common/die.h"
#include "common/log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 400
#define PAIR_STEPS 6000

static const char *const sabotages[SABOTAGES] = {
	[NONE] = "",
	[GATE] = "gate",
	[INDEX] = "index",
	[FSYNC] = "fsync",
	[TABLES] = "tables",
	[FENCE] = "no-fence",
	[READER] = "trust-reader",
	[READ] = "trust-read",
	[NOTICE] = "trust-notice",
	[SILENCE] = "no-silence",
};

struct totals {
	long seeds, crashes, restarts, errors, aways, cuts, stalls;
	long messages, lines, acked, failed;
	// of pairs
	long takeovers, fenced, pauses, ends, failovers, rewinds, cancelled, doubts, noticed;
	long restored, handovers, losses, refusals;
	struct buf found; // what did not hold, at last
};

static void add(struct totals *t, const struct world *w)
{
	const struct fact *f;
	size_t cursor = 0;

	t->seeds++;
	t->crashes += w->crashes;
	t->restarts += w->restarts;
	t->errors += w->errors;
	t->aways += w->aways;
	t->cuts += w->cuts;
	t->stalls += w->stalls;
	t->messages += w->messages;
	t->lines += w->lines;
	while ((f = idmap_next(&w->facts, &cursor)))
		t->acked += f->is_acked;
}

static void add_pair(struct totals *t, const struct pair *p)
{
	t->takeovers += p->takeovers;
	t->fenced += p->fenced;
	t->pauses += p->pauses;
	t->ends += p->ends;
	t->noticed += p->noticed;
	t->restored += p->restored;
	t->handovers += p->handovers;
	t->losses += p->losses;
	t->refusals += p->world->refusals;
	t->failovers += p->cluster.failovers;
	t->rewinds += p->cluster.rewinds;
	t->cancelled += p->cluster.cancelled;
	t->doubts += p->cluster.doubts;
}

// What did not hold is said, with how to see it again.
static void judge(struct totals *t, struct world *w, const char *which)
{
	t->failed += w->wrong.len != 0;
	buf_reset(&t->found);
	buf_add_span(&t->found, buf_span(&w->wrong));
	if (w->wrong.len && w->sabotage == NONE)
		printf("seed %llu: %s (again: SIM_LOUD=1 sim %s%llu 1)\n",
		       (unsigned long long)w->seed, buf_str(&w->wrong), which,
		       (unsigned long long)w->seed);
	add(t, w);
}

static void play(uint64_t seed, enum sabotage sabotage, struct totals *t)
{
	struct world w;

	world_init(&w, seed, sabotage);
	w.is_loud = getenv("SIM_LOUD") != NULL;
	for (int i = 0; i < STEPS && !w.wrong.len; i++)
		world_step(&w);
	if (!w.wrong.len)
		world_calm_down(&w);
	if (!w.wrong.len)
		check_all(&w.servers[0], w.path);
	judge(t, &w, "");
	world_clear(&w);
}

static void play_pair(uint64_t seed, enum sabotage sabotage, struct totals *t)
{
	struct world w;
	struct pair p;

	pair_init(&p, &w, seed, sabotage);
	w.is_loud = getenv("SIM_LOUD") != NULL;
	for (int i = 0; i < PAIR_STEPS && !w.wrong.len && !p.is_over; i++)
		pair_step(&p);
	if (!w.wrong.len && !p.is_over)
		pair_calm_down(&p);
	if (!w.wrong.len && !p.is_over)
		pair_check(&p);
	add_pair(t, &p);
	judge(t, &w, "pair ");
	pair_clear(&p);
}

static enum sabotage sabotage_of(const char *name)
{
	for (int i = 1; i < SABOTAGES; i++) {
		if (strcmp(name, sabotages[i]) == 0)
			return (enum sabotage)i;
	}
	die(2, "there is no sabotage called %s", name);
}

static void sum_up(const struct totals *t, bool pair)
{
	printf("%ld seeds: ", t->seeds);
	if (pair)
		printf("%ld take-overs, %ld of them in order, %ld servers fenced, %ld pauses, "
		       "%ld ends; %ld fail-overs, %ld rewinds, %ld cancelled waits, %ld commits in "
		       "doubt, %ld losses of two machines, %ld noticed, %ld mended; %ld refusals, ",
		       t->takeovers, t->handovers, t->fenced, t->pauses, t->ends, t->failovers,
		       t->rewinds, t->cancelled, t->doubts, t->losses, t->noticed, t->restored,
		       t->refusals);
	else
		printf("%ld power cuts, %ld ends of the process, %ld disk errors, %ld times "
		       "without its store, ",
		       t->crashes, t->restarts, t->errors, t->aways);
	printf("%ld broken connections, %ld stalls; %ld messages sent, %ld acknowledged, %ld "
	       "lines heard; %ld seeds in which something did not hold\n",
	       t->cuts, t->stalls, t->messages, t->acked, t->lines, t->failed);
}

int main(int argc, char **argv)
{
	bool pair = argc > 1 && strcmp(argv[1], "pair") == 0;
	uint64_t first, count;
	enum sabotage sabotage = NONE;
	struct totals t = {0};

	argv += pair;
	argc -= pair;
	if (argc < 3 || sodium_init() < 0)
		die(2, "usage: sim [pair] FIRST COUNT [SABOTAGE]");
	log_set_level((enum log_level)(LOG_ERROR - 1)); // the store tells of each fault
	first = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	if (argc > 3)
		sabotage = sabotage_of(argv[3]);
	for (uint64_t seed = first; seed < first + count; seed++) {
		(pair ? play_pair : play)(seed, sabotage, &t);
		if (sabotage != NONE && t.failed) {
			printf("%s: seed %llu finds it: %s\n", argv[3],
			       (unsigned long long)seed, buf_str(&t.found));
			buf_clear(&t.found);
			return 0;
		}
	}
	sum_up(&t, pair);
	buf_clear(&t.found);
	if (sabotage != NONE)
		printf("nobody noticed: %s\n", argv[3]);
	return t.failed || sabotage != NONE ? 1 : 0;
}
