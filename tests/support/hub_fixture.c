// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/hub_load.h"
#include "server/hub/people/account.h"
#include "server/hub/history/history.h"
#include "server/hub/people/freed.h"
#include "server/hub/rooms/ban.h"
#include "server/letters/letter.h"
#include "server/store/store.h"
#include "tests/support/hub_fixture_private.h"
#include "tests/support/log_engine.h"
#include "tests/support/of_sqlite.h"

#include <inttypes.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define START_WALL_MS 1767225600000 // 2026-01-01T00:00:00Z
#define START_MONO_MS 1000000
#define TURNS_MAX 100000

struct hub_config fixture_config(void)
{
	return (struct hub_config){
		.has_files = true,
		.web_hosts = SPAN(FIXTURE_SERVER),
		.web_port = 443,
		.file_max = 1024 * 1024,
		.name = SPAN(FIXTURE_SERVER),
		.network = SPAN("Test"),
		.description = SPAN("A server in memory"),
		.motd = SPAN(""),
		.version = SPAN("snugd-test"),
		.icon = SPAN(""),
		.link = {.host = FIXTURE_SERVER, .port = LINK_PORT},
		.port = 6697,
		.registration = REGISTRATION_OPEN,
		.create_rooms = ROOMS_BY_MEMBERS,
		.argon2_memory = ARGON2_MEMORY_MIN,
		.recheck_ms = 12LL * 60 * 60 * 1000,
		.sign_in_makes = true,
		.argon2_passes = ARGON2_PASSES_MIN,
		.push = true,
		.push_delay_ms = 5000,
		.durability_full = true,
		.n_shards = 1,
	};
}

static void on_entry(void *arg, const struct entry *e)
{
	hub_load(arg, e);
}

// Opens the database and makes a hub of what is in it.
static void start(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	uint8_t seed[32] = {1, ++in->seed};
	char *error = NULL;

	in->store = store_open(in->path, STORE_NORMAL, &error);
	if (!in->store)
		fail_msg("the database does not open: %s", error);
	if (in->log && !log_engine_open(in->log, in->store))
		fail_msg("the log does not go into the tables");
	f->hub = hub_new(&f->config, seed);
	hub_set_push_key(f->hub, (const uint8_t[HUB_PUSH_KEY_LEN]){4, 1});
	if (!store_load(in->store, on_entry, f->hub, &error) ||
	    !hub_loaded(f->hub, f->now, &error))
		fail_msg("the database does not load: %s", error);
	in->reader = reader_open(in->path, &error);
	if (!in->reader)
		fail_msg("the database cannot be read: %s", error);
	in->durable = in->applied = in->gate = 0;
}

static void begin(struct fixture *f, const struct hub_config *config)
{
	struct fixture_inside *in = f->inside = xcalloc(1, sizeof(*in));

	f->config = config ? *config : fixture_config();
	f->now = (struct hub_time){.mono_ms = START_MONO_MS, .wall_ms = START_WALL_MS};
	snprintf(in->dir, sizeof(in->dir), "%s/snug-fixture-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(in->dir))
		fail_msg("no temporary directory");
	in->path = database_new(in->dir);
	start(f);
	fixture_settle(f);
}

// What the hashers had in hand comes back, as at every orderly end.
static void give_back_jobs(struct fixture *f)
{
	struct letter *l;

	while ((l = letter_take(&f->inside->mail.jobs))) {
		struct hash_job *job = container_of(l, struct hash_job, letter);

		job->result = HASH_BUSY;
		(void)!post_on_hashed(f->hub, job);
	}
}

static void stop(struct fixture *f)
{
	struct fixture_inside *in = f->inside;

	give_back_jobs(f);
	hub_free(f->hub);
	f->hub = NULL;
	reader_close(in->reader);
	store_close(in->store);
	hub_mail_clear(&in->mail);
}

static void remove_files(struct fixture_inside *in)
{
	static const char *const names[] = {"snug.db", "snug.db-wal", "snug.db-shm", "lock",
					    "ballast"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", in->dir, names[i]);
		unlink(path);
	}
	rmdir(in->dir);
	stored_drop(in->path);
	free(in->path);
}

static void end(struct fixture *f)
{
	stop(f);
	log_engine_free(f->inside->log);
	remove_files(f->inside);
	peers_free(f);
	pattern_vars_clear(&f->inside->vars);
	free(f->inside);
}

struct fixture *fixture_new(const struct hub_config *config)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	if (sodium_init() < 0)
		fail_msg("libsodium does not start");
	begin(f, config);
	return f;
}

void fixture_renew(struct fixture *f, const struct hub_config *config)
{
	struct hub_config fresh = config ? *config : fixture_config();

	end(f);
	begin(f, &fresh);
}

void fixture_free(struct fixture *f)
{
	if (!f)
		return;
	end(f);
	free(f);
}

int fixture_set_up(void **state)
{
	*state = fixture_new(NULL);
	return 0;
}

int fixture_tear_down(void **state)
{
	fixture_free(*state);
	*state = NULL;
	return 0;
}

static void report_disk(struct fixture *f)
{
	hub_mail_durable(&f->inside->mail, f->inside->durable, f->inside->applied,
			 f->inside->disk);
}

static void store(struct fixture_inside *in, const struct journal *j)
{
	struct durable result = {0};

	if (in->log) {
		log_engine_put(in->log, j);
		in->durable += j->n_entries;
		return;
	}
	if (!writer_apply(in->store, j, &result))
		fail_msg("the journal was not stored");
	in->durable = result.upto;
	in->applied = result.applied;
}

static void commit(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	struct letter *l;

	if (!in->mail.journals)
		return;
	while ((l = letter_take(&in->mail.journals))) {
		store(in, container_of(l, struct journal, letter));
		letter_free(l);
	}
	report_disk(f);
}

static void answer_one(struct fixture_inside *in, struct query *q)
{
	struct rows *rows;

	in->asked++;
	if (in->readers_are_away) {
		rows = rows_new(q->ticket);
		rows->result = ROWS_AWAY;
		rows->query = q;
	} else if (in->readers_fail) {
		rows = reader_answer(in->reader, q); // as far as it came
		rows->result = ROWS_FAILED;
		query_free(q);
	} else {
		rows = reader_answer(in->reader, q);
		in->steps += rows->steps;
		query_free(q);
	}
	letter_add(&in->mail.letters, &rows->letter);
}

static void answer(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	struct letter *l;

	while (!in->answers_held && (l = letter_take(&in->mail.queries))) {
		answer_one(in, container_of(l, struct query, letter));
	}
}

static void deliver(void *arg, const struct outbox *out)
{
	peers_deliver(arg, out);
}

struct hub_mail_way fixture_way(struct fixture *f)
{
	return (struct hub_mail_way){.deliver = deliver, .hash = fixture_do_hash, .arg = f};
}

void fixture_turn(struct fixture *f)
{
	struct hub_mail_way way = fixture_way(f);

	hub_mail_turn(&f->inside->mail, f->hub, f->now, &way);
	answer(f);
	if (!f->inside->disk_holds)
		commit(f);
}

static bool has_work(const struct fixture *f)
{
	return hub_mail_waits(&f->inside->mail) || hub_wakes_at(f->hub) <= f->now.mono_ms;
}

void fixture_settle(struct fixture *f)
{
	int turns = 0;

	fixture_turn(f);
	while (has_work(f)) {
		fixture_turn(f);
		if (++turns > TURNS_MAX)
			fail_msg("the hub does not come to rest");
	}
}

void fixture_pass(struct fixture *f, int64_t ms)
{
	int64_t end = f->now.mono_ms + ms;

	while (f->now.mono_ms < end) {
		int64_t next = hub_wakes_at(f->hub);

		if (next > end || next <= f->now.mono_ms)
			next = end;
		f->now.wall_ms += next - f->now.mono_ms;
		f->now.mono_ms = next;
		fixture_settle(f);
	}
}

void fixture_disk_holds(struct fixture *f)
{
	f->inside->disk_holds = true;
}

void fixture_disk_works(struct fixture *f)
{
	f->inside->disk_holds = false;
	commit(f);
	fixture_disk_is(f, DISK_FINE);
}

void fixture_disk_is(struct fixture *f, enum disk_state state)
{
	f->inside->disk = state;
	report_disk(f);
	fixture_settle(f);
}

void fixture_readers_leave(struct fixture *f, bool are_away)
{
	f->inside->readers_are_away = are_away;
}

void fixture_readers_fail(struct fixture *f, bool do_they)
{
	f->inside->readers_fail = do_they;
}

void fixture_store_leaves(struct fixture *f)
{
	fixture_disk_holds(f);
	fixture_readers_leave(f, true);
	fixture_disk_is(f, DISK_AWAY);
}

void fixture_store_returns(struct fixture *f)
{
	fixture_readers_leave(f, false);
	f->inside->disk = DISK_FINE;
	fixture_disk_works(f);
}

void fixture_disk_space(struct fixture *f, int64_t free_bytes, int64_t size_bytes)
{
	f->inside->mail.free_bytes = free_bytes;
	f->inside->mail.size_bytes = size_bytes;
	report_disk(f);
	fixture_settle(f);
}

void fixture_traces(struct fixture *f, bool has_traces)
{
	f->inside->mail.has_traces = has_traces;
	report_disk(f);
	fixture_settle(f);
}

int64_t fixture_asked(const struct fixture *f)
{
	return f->inside->asked;
}

int64_t fixture_steps(const struct fixture *f)
{
	return f->inside->steps;
}

void fixture_tidy(struct fixture *f)
{
	while (store_tidy(f->inside->store))
		continue;
}

void fixture_commit(struct fixture *f)
{
	commit(f);
	fixture_settle(f);
}

void fixture_tables_lag(struct fixture *f)
{
	f->inside->log = log_engine_new();
	if (!log_engine_open(f->inside->log, f->inside->store))
		fail_msg("the log does not open");
}

void fixture_apply(struct fixture *f)
{
	enum disk_state disk;

	if (!log_engine_apply(f->inside->log, f->inside->store, SIZE_MAX, &disk))
		fail_msg("the log does not go into the tables");
	f->inside->applied = f->inside->durable;
	report_disk(f);
	fixture_settle(f);
}

void fixture_hold_answers(struct fixture *f, bool hold)
{
	f->inside->answers_held = hold;
	if (!hold) {
		answer(f);
		fixture_settle(f);
	}
}

static void restart(struct fixture *f, const char *copy)
{
	peers_cut_off(f);
	stop(f);
	if (copy)
		database_put_copy(f->inside->path, copy);
	f->now.wall_ms += 1000;
	f->now.mono_ms += 1000;
	start(f);
	fixture_settle(f);
}

void fixture_restart(struct fixture *f, bool crash)
{
	if (!crash) {
		hub_stop(f->hub, SPAN("Restarting"));
		fixture_settle(f);
		commit(f);
		fixture_settle(f);
	}
	restart(f, NULL);
}

void fixture_backup(struct fixture *f, const char *copy)
{
	char *error = NULL;

	of_sqlite("a copy of its file is put back");
	if (!store_backup(f->inside->path, copy, &error))
		fail_msg("no copy is made: %s", error);
}

void fixture_restore(struct fixture *f, const char *copy)
{
	restart(f, copy);
}

static struct account *make_account(struct fixture *f, const char *name, enum account_role role)
{
	struct account *a = account_find(f->hub, span_of(name));
	struct hash_job *job;

	if (a)
		return a;
	job = hash_job_new(HASH_MAKE, 0, FIXTURE_PASSWORD, strlen(FIXTURE_PASSWORD));
	fixture_do_hash(job);
	name_take(f->hub, span_of(name));
	dialogs_give_way(f->hub, span_of(name));
	a = account_new(f->hub, span_of(name), span_of(job->phc));
	hash_job_free(job);
	if (!a)
		fail_msg("no account can be called %s", name);
	bans_known(a);
	if (role != a->role) {
		a->role = role;
		account_post(a);
	}
	fixture_settle(f);
	return a;
}

struct account *fixture_account(struct fixture *f, const char *name)
{
	return make_account(f, name, ROLE_USER);
}

struct account *fixture_admin_account(struct fixture *f, const char *name)
{
	return make_account(f, name, ROLE_ADMIN);
}
