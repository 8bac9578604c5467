// SPDX-License-Identifier: MIT
// sim FIRST COUNT [gate|index|fsync|tables]: plays so many seeds and says what did not hold.
//
// With a sabotage it is the other way round: some seed must find it.
#include "tests/sim/sim.h"

#include "common/die.h"
#include "common/log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 400

struct totals {
	long seeds, crashes, restarts, errors, cuts, stalls, messages, lines, acked;
};

static void add(struct totals *t, const struct world *w)
{
	const struct fact *f;
	size_t cursor = 0;

	t->seeds++;
	t->crashes += w->crashes;
	t->restarts += w->restarts;
	t->errors += w->errors;
	t->cuts += w->cuts;
	t->stalls += w->stalls;
	t->messages += w->messages;
	t->lines += w->lines;
	while ((f = idmap_next(&w->facts, &cursor)))
		t->acked += f->is_acked;
}

// True when everything held.
static bool play(uint64_t seed, enum sabotage sabotage, struct totals *t, bool loud)
{
	struct world w;
	bool good;

	world_init(&w, seed, sabotage);
	w.is_loud = loud && getenv("SIM_LOUD");
	for (int i = 0; i < STEPS && !w.wrong.len; i++)
		world_step(&w);
	if (!w.wrong.len)
		world_calm_down(&w);
	if (!w.wrong.len)
		check_all(&w.servers[0]);
	good = !w.wrong.len;
	if (!good && loud)
		printf("seed %llu: %s\n", (unsigned long long)seed, buf_str(&w.wrong));
	add(t, &w);
	world_clear(&w);
	return good;
}

static enum sabotage sabotage_of(const char *name)
{
	static const char *const names[] = {"", "gate", "index", "fsync", "tables"};

	for (int i = 1; i < 5; i++) {
		if (strcmp(name, names[i]) == 0)
			return (enum sabotage)i;
	}
	die(2, "there is no sabotage called %s", name);
}

int main(int argc, char **argv)
{
	uint64_t first, count;
	enum sabotage sabotage = NONE;
	struct totals t = {0};
	long failed = 0;

	if (argc < 3 || sodium_init() < 0)
		die(2, "usage: sim FIRST COUNT [gate|index|fsync|tables]");
	log_set_level((enum log_level)(LOG_ERROR - 1)); // the store tells of each fault
	first = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	if (argc > 3)
		sabotage = sabotage_of(argv[3]);
	for (uint64_t seed = first; seed < first + count; seed++) {
		failed += !play(seed, sabotage, &t, sabotage == NONE);
		if (sabotage != NONE && failed) {
			printf("without its %s, seed %llu finds it\n", argv[3],
			       (unsigned long long)seed);
			return 0;
		}
	}
	printf("%ld seeds: %ld power cuts, %ld ends of the process, %ld disk errors, %ld "
	       "broken "
	       "connections, %ld stalls; %ld messages sent, %ld acknowledged, %ld lines heard; "
	       "%ld seeds in which something did not hold\n",
	       t.seeds, t.crashes, t.restarts, t.errors, t.cuts, t.stalls, t.messages, t.acked,
	       t.lines, failed);
	if (sabotage != NONE)
		printf("nobody noticed that the %s is missing\n", argv[3]);
	return failed || sabotage != NONE ? 1 : 0;
}
