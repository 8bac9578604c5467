// SPDX-License-Identifier: MIT
// The first world: one server and its own database, on a disk that fails. Each step lets one
// of the parts do a little.
#include "tests/sim/sim.h"

#include "common/die.h"
#include "server/hub/hub_load.h"
#include "server/letters/letter.h"
#include "tests/support/disk.h"
#include "tests/support/log_engine.h"

#include <sqlite3.h>
#include <stdlib.h>

#define LAG_EACH 3 // of so many seeds one has an engine whose tables lag behind its log

static void on_entry(void *arg, const struct entry *e)
{
	hub_load(arg, e);
}

static void change_index(const struct world *w, const char *words)
{
	sqlite3 *db;

	if (sqlite3_open(w->path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, words, NULL, NULL, NULL) != SQLITE_OK)
		die(1, "the index cannot be changed: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

// The index stays, but for being unique.
static void weaken_index(const struct world *w)
{
	change_index(w, "DROP INDEX message_client; "
			"CREATE INDEX message_client ON message (account, client_id) "
			"WHERE client_id IS NOT NULL");
}

// A store does not open where an index is made otherwise than it should be: it says what the
// index was, and stays what it is.
static void disguise_index(const struct world *w)
{
	change_index(w, "PRAGMA writable_schema = on; "
			"UPDATE sqlite_schema SET sql = replace(sql, 'CREATE INDEX', "
			"'CREATE UNIQUE INDEX') WHERE name = 'message_client'");
}

static void open_store(struct world *w)
{
	char *error = NULL;

	if (w->sabotage == INDEX && w->crashes + w->restarts)
		disguise_index(w);
	w->store = store_open(w->path, STORE_FULL, &error);
	if (!w->store)
		die(1, "seed %llu: %s", (unsigned long long)w->seed, error);
	store_set_low_water(w->store, 0);
	if (w->sabotage == INDEX)
		weaken_index(w);
	if (w->log && !log_engine_open(w->log, w->store))
		die(1, "seed %llu: the log does not go into the tables",
		    (unsigned long long)w->seed);
}

static void start(struct world *w)
{
	struct server *s = &w->servers[0];
	char *error = NULL;

	server_begin(s);
	open_store(w);
	if (!store_load(w->store, on_entry, s->hub, &error) ||
	    !hub_loaded(s->hub, s->now, &error))
		die(1, "seed %llu: %s", (unsigned long long)w->seed, error);
	s->reader = reader_open(w->path, &error);
	if (!s->reader)
		die(1, "seed %llu: %s", (unsigned long long)w->seed, error);
	s->listens = true;
}

static void stop(struct world *w)
{
	server_end(&w->servers[0]);
	store_close(w->store);
}

static void turn(struct server *s)
{
	s->now.mono_ms++;
	s->now.wall_ms++;
	server_turn(s);
}

// Turns, commits and answers until nothing is in flight.
static void settle(struct world *w)
{
	struct server *s = &w->servers[0];

	for (int i = 0; i < 10000; i++) {
		turn(s);
		while (s->mail.journals || s->applied < s->durable) {
			if (!world_commit(w))
				die(1, "seed %llu: the disk failed in calm",
				    (unsigned long long)w->seed);
		}
		while (s->mail.queries)
			world_answer(w);
		for (int n = 0; n < PEOPLE; n++)
			server_flush(s, &w->people[n], SIZE_MAX);
		if (!hub_mail_waits(&s->mail) && !s->mail.journals && !s->mail.queries)
			return;
	}
	wrong(w, "the server does not come to rest");
}

void world_init(struct world *w, uint64_t seed, enum sabotage sabotage)
{
	world_base_init(w, seed, sabotage);
	folder_make(w->dir, sizeof(w->dir), w->path, sizeof(w->path));
	if (seed % LAG_EACH == 0 || sabotage == TABLES)
		w->log = log_engine_new();
	start(w);
	for (int i = 0; i < PEOPLE; i++) {
		person_sign_up(&w->people[i], w->servers[0].hub);
		person_act(&w->people[i]);
		settle(w);
	}
	settle(w);
	disk_skip_syncs(w->disk, sabotage == FSYNC);
}

void world_clear(struct world *w)
{
	stop(w);
	log_engine_free(w->log);
	folder_remove(w->dir);
	world_base_clear(w);
}

// The process ends and starts again; `power`: and the disk loses what was not synced.
static void crash(struct world *w, bool power)
{
	struct server *s = &w->servers[0];

	w->crashes += power;
	w->restarts += !power;
	if (power && !disk_has_crashed(w->disk))
		disk_crash(w->disk);
	disk_fail(w->disk, 0, 0, 0, false);
	disk_crash_at(w->disk, 0, 0);
	disk_limit(w->disk, 0);
	stop(w);
	s->now.wall_ms += 1000;
	s->now.mono_ms += 1000;
	start(w);
	check_loaded(s);
}

static void fault(struct world *w)
{
	switch (roll(w, 8)) {
	case 0:
		crash(w, true);
		break;
	case 1:
		disk_crash_at(w->disk, DISK_WRITE | DISK_SYNC, 1 + (unsigned)roll(w, 20));
		break;
	case 2:
		disk_fail(w->disk, DISK_WRITE | DISK_SYNC, 1 + (unsigned)roll(w, 20),
			  SQLITE_IOERR, roll(w, 2));
		w->errors++;
		break;
	case 3:
		disk_limit(w->disk, 1);
		break;
	case 4:
	case 5:
		disk_limit(w->disk, 0);
		break;
	case 6:
		crash(w, false);
		break;
	default:
		w->servers[0].now.wall_ms -= (int64_t)roll(w, 5000); // the clock is set back
		break;
	}
}

static void pass_time(struct server *s)
{
	s->now.mono_ms += 6000;
	s->now.wall_ms += 6000;
}

void world_step(struct world *w)
{
	struct person *p = &w->people[roll(w, PEOPLE)];
	uint64_t what = roll(w, 1000);

	if (what < 10 && !w->calm) {
		fault(w);
	} else if (what < 25 && !w->calm) {
		w->cuts += p->link != NULL;
		server_close(p);
	} else if (what < 250) {
		if (!world_commit(w))
			crash(w, disk_has_crashed(w->disk));
	} else if (what < 400) {
		world_answer(w);
	} else if (what < 600) {
		turn(&w->servers[0]);
	} else if (what < 820) {
		server_flush(&w->servers[0], p, 1 + roll(w, 12));
	} else if (what < 830) {
		pass_time(&w->servers[0]);
	} else {
		person_act(p);
	}
}

void world_calm_down(struct world *w)
{
	w->calm = true;
	w->away = 0;
	crash(w, false);
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < PEOPLE; i++) {
			if (!w->people[i].link)
				person_act(&w->people[i]);
		}
		settle(w);
		pass_time(&w->servers[0]);
	}
}
