// SPDX-License-Identifier: MIT
// The server's parts without their threads: each step lets one of them do a little.
#include "tests/sim/sim.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/grow.h"
#include "server/hub/journal/post.h"
#include "server/letters/letter.h"
#include "server/store/store.h"
#include "tests/support/disk.h"
#include "tests/support/log_engine.h"
#include "server/hub/hub_load.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUEUE_MAX 30 // lines before a connection stalls
#define DRAINED 4
#define LAG_EACH 3 // of so many seeds one has an engine whose tables lag behind its log

// splitmix64
uint64_t roll(struct world *w, uint64_t below)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

void wrong(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->wrong.len)
		return;
	va_start(args, format);
	buf_vprintf(&w->wrong, format, args);
	va_end(args);
}

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

static void start(struct world *w)
{
	uint8_t seed[32] = {0};
	char *error = NULL;

	for (size_t i = 0; i < 8; i++)
		seed[i] = (uint8_t)roll(w, 256);
	w->durable = w->applied = w->gate = 0;
	w->disk_state = DISK_FINE;
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
	w->hub = hub_new(&w->config, seed);
	if (!store_load(w->store, on_entry, w->hub, &error) ||
	    !hub_loaded(w->hub, w->now, &error))
		die(1, "seed %llu: %s", (unsigned long long)w->seed, error);
	w->reader = reader_open(w->path, &error);
	if (!w->reader)
		die(1, "seed %llu: %s", (unsigned long long)w->seed, error);
}

// What a hash job holds is freed by its answer.
static void answer_hashes(struct world *w)
{
	struct letter *hashed = NULL, *others = NULL, *l;

	while ((l = letter_take(&w->mail.letters)))
		letter_add(l->kind == LETTER_HASHED ? &hashed : &others, l);
	w->mail.letters = others;
	hub_turn(w->hub, w->now, hashed);
}

static void stop(struct world *w)
{
	for (int i = 0; i < PEOPLE; i++)
		person_cut_off(&w->people[i]);
	answer_hashes(w);
	hub_free(w->hub);
	w->hub = NULL;
	reader_close(w->reader);
	store_close(w->store);
	hub_mail_clear(&w->mail);
}

void world_init(struct world *w, uint64_t seed, enum sabotage sabotage)
{
	*w = (struct world){.seed = seed, .random = seed, .sabotage = sabotage};
	w->now = (struct hub_time){.mono_ms = 1000000, .wall_ms = 1767225600000};
	w->config = (struct hub_config){
		.name = SPAN("sim"),
		.network = SPAN("Sim"),
		.motd = SPAN(""),
		.version = SPAN("sim"),
		.link = {.host = "sim", .port = LINK_PORT},
		.registration = REGISTRATION_OPEN,
		.n_shards = 1,
	};
	// Only the lock is a real file.
	snprintf(w->dir, sizeof(w->dir), "/tmp/snug-sim-XXXXXX");
	if (!mkdtemp(w->dir))
		die(1, "no temporary directory");
	// A folder in the ballast's place: 16 MiB of real memory would cost most of the time.
	snprintf(w->path, sizeof(w->path), "%s/ballast", w->dir);
	if (mkdir(w->path, 0700) < 0)
		die(1, "no temporary directory");
	snprintf(w->path, sizeof(w->path), "%s/snug.db", w->dir);
	w->disk = disk_new(seed);
	if (seed % LAG_EACH == 0 || sabotage == TABLES)
		w->log = log_engine_new();
	start(w);
	for (int i = 0; i < PEOPLE; i++)
		person_init(&w->people[i], w, i);
	world_settle(w);
	disk_skip_syncs(w->disk, sabotage == FSYNC);
}

static void remove_files(const struct world *w)
{
	static const char *const names[] = {"lock", "snug.db"};
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/ballast", w->dir);
	rmdir(path);
	rmdir(w->dir);
}

void world_clear(struct world *w)
{
	size_t cursor = 0;
	struct fact *f;

	stop(w);
	for (int i = 0; i < PEOPLE; i++)
		person_clear(&w->people[i]);
	while ((f = idmap_next(&w->facts, &cursor))) {
		free(f->sender);
		free(f->text);
		free(f);
	}
	idmap_clear(&w->facts);
	idmap_clear(&w->stored);
	disk_free(w->disk);
	log_engine_free(w->log);
	remove_files(w);
	buf_clear(&w->wrong);
}

void world_crash(struct world *w, bool power)
{
	w->crashes += power;
	w->restarts += !power;
	if (power && !disk_has_crashed(w->disk))
		disk_crash(w->disk);
	disk_fail(w->disk, 0, 0, 0, false);
	disk_crash_at(w->disk, 0, 0);
	disk_limit(w->disk, 0);
	stop(w);
	w->now.wall_ms += 1000;
	w->now.mono_ms += 1000;
	start(w);
	check_loaded(w);
}

static void answer(struct world *w)
{
	struct letter *l = letter_take(&w->mail.queries);
	struct query *q;
	struct rows *rows;

	if (!l)
		return;
	q = container_of(l, struct query, letter);
	// Without the index, a hub that finds nothing is the one that says things twice.
	if (w->sabotage == INDEX && q->kind == QUERY_CLIENT_ID)
		rows = rows_new(q->ticket);
	else
		rows = reader_answer(w->reader, q);
	letter_add(&w->mail.letters, &rows->letter);
	query_free(q);
}

static void queue_line(struct world *w, struct link *l, struct span text,
		       const struct outbox_item *item)
{
	if (!item->catch_up) {
		if (l->flow != LINK_LIVE)
			return;
		if (l->n_queue - l->first >= QUEUE_MAX) {
			l->flow = LINK_STALLED;
			w->stalls++;
			inbox_add(hub_mail_inbox(&w->mail), INBOX_STALLED, l->id)->after =
				item->after;
			return;
		}
	}
	l->queue = grow(l->queue, l->n_queue, &l->queue_space, sizeof(*l->queue));
	l->queue[l->n_queue++] = (struct flying){span_dup(text), item->after};
}

static struct link *find_link(struct world *w, conn_id id)
{
	for (int i = 0; i < PEOPLE; i++) {
		struct link *l = w->people[i].link;

		if (l && l->id == id)
			return l;
	}
	return NULL;
}

static void deliver(void *arg, const struct outbox *out)
{
	struct world *w = arg;

	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];
		struct span text = {out->bytes.at + item->at, item->len - 2};
		struct link *l = find_link(w, item->conn);

		for (uint32_t c = 0; item->kind == OUTBOX_LINE && c < item->n_conns; c++) {
			l = find_link(w, out->conns[item->first_conn + c]);
			if (l && !l->is_closed)
				queue_line(w, l, text, item);
		}
		if (l && item->kind == OUTBOX_CLOSE)
			l->is_closed = true;
		if (l && item->kind == OUTBOX_LIVE)
			l->flow = LINK_LIVE;
	}
	if (out->durable > w->gate)
		w->gate = out->durable;
}

// As good as the real one for a hub that cannot look inside, and free.
static void hash(struct hash_job *job)
{
	snprintf(job->phc, sizeof(job->phc), "$sim$%.*s", (int)job->password_len,
		 job->password);
	job->result = HASH_OK;
}

// While the disk refuses writes, a message may be refused and a later one pass.
static void note_refusals(struct world *w)
{
	if (can_post(w->hub))
		return;
	for (int i = 0; i < PEOPLE; i++)
		w->people[i].refused = w->people[i].said;
}

static void turn(struct world *w)
{
	w->now.mono_ms++;
	w->now.wall_ms++;
	note_refusals(w);
	hub_mail_turn(&w->mail, w->hub, w->now,
		      &(struct hub_mail_way){.deliver = deliver, .hash = hash, .arg = w});
	note_refusals(w);
}

// Up to n lines reach the client, as far as the gate lets them.
static void flush(struct world *w, struct person *p, size_t n)
{
	struct link *l = p->link;

	while (l && p->link == l && n-- && l->first < l->n_queue) {
		struct flying *f = &l->queue[l->first];

		if (f->after > w->gate && w->sabotage != GATE)
			break;
		l->first++;
		w->lines++;
		person_hear(p, span_of(f->text));
		free(f->text);
		f->text = NULL;
	}
	if (!l || p->link != l)
		return;
	if (l->flow == LINK_STALLED && l->n_queue - l->first < DRAINED) {
		l->flow = LINK_CATCHING_UP;
		inbox_add(hub_mail_inbox(&w->mail), INBOX_DRAINED, l->id);
	}
	if (l->is_closed && l->first == l->n_queue)
		world_close(w, p);
}

void world_settle(struct world *w)
{
	for (int i = 0; i < 10000; i++) {
		turn(w);
		while (w->mail.journals || w->applied < w->durable) {
			if (!world_commit(w))
				die(1, "seed %llu: the disk failed in calm",
				    (unsigned long long)w->seed);
		}
		while (w->mail.queries)
			answer(w);
		for (int n = 0; n < PEOPLE; n++)
			flush(w, &w->people[n], SIZE_MAX);
		if (!hub_mail_waits(&w->mail) && !w->mail.journals && !w->mail.queries)
			return;
	}
	wrong(w, "the server does not come to rest");
}

void world_open(struct world *w, struct person *p)
{
	struct inbox_event *e;

	p->link = xcalloc(1, sizeof(*p->link));
	p->link->id = CONN_ID(0, ++w->n_conns, 1);
	p->link->person = p;
	e = inbox_add(hub_mail_inbox(&w->mail), INBOX_OPENED, p->link->id);
	e->opened = (struct inbox_opened){.host = SPAN("192.0.2.1"), .source = w->n_conns};
}

void world_close(struct world *w, struct person *p)
{
	if (!p->link)
		return;
	if (w->hub)
		inbox_add(hub_mail_inbox(&w->mail), INBOX_CLOSED, p->link->id)->reason =
			SPAN("gone");
	person_cut_off(p);
}

void world_send(struct world *w, struct person *p, const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	hub_mail_line(&w->mail, p->link->id, buf_span(&text));
	buf_clear(&text);
}

static void fault(struct world *w)
{
	switch (roll(w, 8)) {
	case 0:
		world_crash(w, true);
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
		world_crash(w, false);
		break;
	default:
		w->now.wall_ms -= (int64_t)roll(w, 5000); // the clock is set back
		break;
	}
}

void world_step(struct world *w)
{
	struct person *p = &w->people[roll(w, PEOPLE)];
	uint64_t what = roll(w, 1000);

	if (what < 10 && !w->calm) {
		fault(w);
	} else if (what < 25 && !w->calm) {
		w->cuts += p->link != NULL;
		world_close(w, p);
	} else if (what < 250) {
		if (!world_commit(w))
			world_crash(w, disk_has_crashed(w->disk));
	} else if (what < 400) {
		answer(w);
	} else if (what < 600) {
		turn(w);
	} else if (what < 820) {
		flush(w, p, 1 + roll(w, 12));
	} else if (what < 830) {
		w->now.mono_ms += 6000;
		w->now.wall_ms += 6000;
	} else {
		person_act(p);
	}
}
