// SPDX-License-Identifier: MIT
// The store beside its floor: a bare SQLite loop with the same durability, measured in the
// same run on the same disk.
//
// usage: snugstore FOLDER [MESSAGES [WHERE]]
//	  snugstore fill DATABASE MESSAGES ACCOUNTS ROOMS
//	  snugstore paced FOLDER [WHERE]
// The second fills a server's database through the journal. The third only takes the time
// of one message a millisecond. The first prints one JSON object: messages per second at
// several batch sizes, the time from put to durable at 1,000 messages a second, and with
// MESSAGES stored the time to load, to page and to search. The store is a new file in FOLDER, or else at WHERE; its floor is in FOLDER.
#include "common/clock.h"
#include "common/die.h"
#include "server/letters/letter.h"
#include "server/store/store.h"
#include "server/store/sqlite/sqlite_private.h"
#include "tests/bench/bench.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void add_message(struct journal *j, uint64_t n)
{
	char text[128], client_id[24];
	struct entry e = {.kind = ENTRY_MESSAGE};

	snprintf(client_id, sizeof(client_id), "%016llx", (unsigned long long)n);
	e.message = (struct entry_message){
		.id = message_id_from(1700000000000 + (int64_t)n),
		.stream = (stream_id)((n - 1) % STREAMS) + 1,
		.seq = (n - 1) / STREAMS + 1,
		.time_ms = 1700000000000 + (int64_t)n,
		.account = (account_id)(n % 50) + 1,
		.sender = SPAN("somebody"),
		.text = words(n, text),
		.client_id = span_of(client_id),
	};
	journal_add(j, &e);
}

// The floor: a table, one index, nothing else.
struct floor {
	sqlite3 *db;
	sqlite3_stmt *insert, *begin, *commit;
};

static void must(int code, sqlite3 *db)
{
	if (code != SQLITE_OK && code != SQLITE_DONE)
		die(1, "floor: %s", sqlite3_errmsg(db));
}

static void floor_open(struct floor *f, const char *path)
{
	must(sqlite3_open(path, &f->db), f->db);
	must(sqlite3_exec(
		     f->db,
		     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		     "PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 4000;"
		     "CREATE TABLE m (id INTEGER PRIMARY KEY, stream, seq, time_ms, account,"
		     " sender, text, client_id); CREATE INDEX i ON m (stream, time_ms)",
		     NULL, NULL, NULL),
	     f->db);
	must(sqlite3_prepare_v2(f->db, "INSERT INTO m VALUES (?, ?, ?, ?, ?, ?, ?, ?)", -1,
				&f->insert, NULL),
	     f->db);
	must(sqlite3_prepare_v2(f->db, "BEGIN IMMEDIATE", -1, &f->begin, NULL), f->db);
	must(sqlite3_prepare_v2(f->db, "COMMIT", -1, &f->commit, NULL), f->db);
}

static void floor_step(struct floor *f, sqlite3_stmt *statement)
{
	must(sqlite3_step(statement), f->db);
	sqlite3_reset(statement);
}

static void floor_apply(struct floor *f, const struct journal *j)
{
	floor_step(f, f->begin);
	for (size_t i = 0; i < j->n_entries; i++) {
		const struct entry_message *m = &j->entries[i].message;

		sqlite3_bind_int64(f->insert, 1, (int64_t)m->id);
		sqlite3_bind_int64(f->insert, 2, m->stream);
		sqlite3_bind_int64(f->insert, 3, (int64_t)m->seq);
		sqlite3_bind_int64(f->insert, 4, m->time_ms);
		sqlite3_bind_int64(f->insert, 5, m->account);
		sqlite3_bind_text(f->insert, 6, m->sender.at, (int)m->sender.len,
				  SQLITE_STATIC);
		sqlite3_bind_text(f->insert, 7, m->text.at, (int)m->text.len, SQLITE_STATIC);
		sqlite3_bind_text(f->insert, 8, m->client_id.at, (int)m->client_id.len,
				  SQLITE_STATIC);
		floor_step(f, f->insert);
	}
	floor_step(f, f->commit);
}

static void floor_close(struct floor *f)
{
	sqlite3_finalize(f->insert);
	sqlite3_finalize(f->begin);
	sqlite3_finalize(f->commit);
	sqlite3_close(f->db);
}

struct bench {
	const char *folder;
	bool is_file; // of SQLite
	struct store *store;
	struct floor floor;
	uint64_t next; // message to store next
	entry_no last; // of the journals since the store was opened
};

static struct journal *make_journal(struct bench *b, uint64_t count)
{
	struct journal *j = journal_new(b->last + 1);

	for (uint64_t n = 0; n < count; n++)
		add_message(j, b->next++);
	b->last += count;
	return j;
}

static void batches(struct bench *b, uint64_t size, uint64_t count)
{
	double floor_time = 0, time = 0, cpu = 0;
	struct durable d;

	for (uint64_t i = 0; i < count; i++) {
		struct journal *j = make_journal(b, size);
		int64_t start = now_ns();
		floor_apply(&b->floor, j);
		int64_t middle = now_ns();
		double cpu_before = cpu_s();
		if (!writer_apply(b->store, j, &d))
			die(1, "not stored");
		cpu += cpu_s() - cpu_before;
		time += (double)(now_ns() - middle) / 1e9;
		floor_time += (double)(middle - start) / 1e9;
		journal_free(j);
	}
	double n = (double)(size * count);
	int64_t start = now_ns();
	while (store_tidy(b->store))
		continue;
	printf(" \"batch_%llu\": {\"messages_per_s\": %.0f, \"floor\": %.0f, \"ratio\": %.2f, "
	       "\"cpu_us\": %.1f, \"tidy_s\": %.2f},\n",
	       (unsigned long long)size, n / time, n / floor_time, floor_time / time,
	       cpu / n * 1e6, (double)(now_ns() - start) / 1e9);
}

// A writer's thread begins on a store that is as it was opened.
static void reopen(struct bench *b, const char *path)
{
	char *error = NULL;

	store_close(b->store);
	b->last = 0;
	b->store = store_open(path, STORE_FULL, &error);
	if (!b->store)
		die(1, "%s", error);
}

static int64_t sent[PACED], waited[PACED];

static void take_durable(struct mailbox *box, uint64_t first, uint64_t *durable, int timeout)
{
	for (struct letter *next, *l = mailbox_wait(box, timeout); l; l = next) {
		const struct durable *d = container_of(l, struct durable, letter);
		int64_t now = now_ns();

		next = l->next;
		for (; first + *durable <= d->upto; ++*durable)
			waited[*durable] = now - sent[*durable];
		free(l);
	}
}

// One message a millisecond: from put to durable.
static void paced(struct bench *b)
{
	struct mailbox *box = mailbox_new();
	struct writer *w = writer_start(b->store, box);
	uint64_t first = b->last + 1, durable = 0;
	int64_t start = now_ns() + PACE_NS;
	double floor_p[2];

	for (uint64_t i = 0; i < PACED; i++) {
		struct journal *j = make_journal(b, 1);
		while (now_ns() < start + (int64_t)i * PACE_NS)
			take_durable(box, first, &durable, 1);
		sent[i] = now_ns();
		writer_put(w, j);
	}
	while (durable < PACED)
		take_durable(box, first, &durable, 100);
	writer_stop(w);
	mailbox_free(box);
	double p50 = percentile_ms(waited, PACED, 0.5),
	       p99 = percentile_ms(waited, PACED, 0.99);
	start = now_ns() + PACE_NS;
	for (uint64_t i = 0; i < PACED; i++) {
		struct journal *j = make_journal(b, 1);
		sleep_until(start + (int64_t)i * PACE_NS);
		int64_t due = now_ns();
		floor_apply(&b->floor, j);
		waited[i] = now_ns() - due;
		journal_free(j);
	}
	floor_p[0] = percentile_ms(waited, PACED, 0.5);
	floor_p[1] = percentile_ms(waited, PACED, 0.99);
	printf(" \"paced_1000\": {\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"floor_p50_ms\": %.3f, "
	       "\"floor_p99_ms\": %.3f, \"ratio_p99\": %.2f},\n",
	       p50, p99, floor_p[0], floor_p[1], p99 / floor_p[1]);
}

static void count_entry(void *arg, const struct entry *e)
{
	(void)e;
	++*(int64_t *)arg;
}

static void fill(struct bench *b, uint64_t messages)
{
	struct durable d;

	while (b->next < messages) {
		struct journal *j = make_journal(b, 1000);
		if (!writer_apply(b->store, j, &d))
			die(1, "not stored");
		journal_free(j);
		store_tidy(b->store);
	}
	while (store_tidy(b->store))
		continue;
}

static void fill_state(struct bench *b, int64_t accounts, int64_t rooms)
{
	struct journal *j = journal_new(b->last + 1);
	struct durable d;
	char name[32];

	for (int64_t i = 1; i <= accounts; i++) {
		snprintf(name, sizeof(name), "account%lld", (long long)i);
		struct entry e = {
			.kind = ENTRY_ACCOUNT,
			.account = {.id = i,
				    .name = span_of(name),
				    .password =
					    SPAN("$argon2id$v=19$m=65536,t=3,p=1$"
						 "c29tZXNhbHRzb21lc2E$qLml5cbqFAO6YxVHhrSBHP"
						 "0UWdxrIxkNcM8aMX3blzU")}};
		journal_add(j, &e);
	}
	for (int64_t i = 1; i <= rooms; i++) {
		snprintf(name, sizeof(name), "#room%lld", (long long)i);
		struct entry e = {.kind = ENTRY_ROOM, .room = {.id = i, .name = span_of(name)}};
		journal_add(j, &e);
		for (int64_t k = 0; k < 10; k++) {
			struct entry m = {
				.kind = ENTRY_MEMBER,
				.member = {i, (i * 10 + k) % accounts + 1, MEMBER_PLAIN, 1}};
			journal_add(j, &m);
		}
	}
	if (!writer_apply(b->store, j, &d))
		die(1, "not stored");
	b->last += j->n_entries;
	journal_free(j);
}

static double ask(struct reader *r, struct query *q, size_t *found)
{
	int64_t start = now_ns();
	struct rows *rows = reader_answer(r, q);
	double ms = (double)(now_ns() - start) / 1e6;

	if (rows->result != ROWS_OK)
		die(1, "not answered");
	*found += rows->n_messages;
	rows_free(rows);
	query_free(q);
	return ms;
}

static struct query *question(enum query_kind kind, uint64_t n, uint64_t messages)
{
	static const char *const texts[] = {"w7", "w7 w12", "w19000", "\"w7 w12\"", "w190*"};
	struct query *q = query_new(kind, 1);

	q->stream = (stream_id)(n % STREAMS) + 1;
	q->limit = 50;
	q->newest_first = true;
	q->text = span_of(texts[n % 5]);
	if (kind == QUERY_PAGE && n % 2)
		q->to = (struct place){.is_set = true,
				       .time_ms =
					       1700000000000 + (int64_t)(n * 7919 % messages)};
	return q;
}

static void ask_many(struct reader *r, enum query_kind kind, const char *name,
		     uint64_t messages)
{
	int64_t spent[1000];
	size_t found = 0;

	for (uint64_t i = 0; i < ARRAY_LEN(spent); i++)
		spent[i] = (int64_t)(ask(r, question(kind, i * 31, messages), &found) * 1e6);
	double p99 = percentile_ms(spent, ARRAY_LEN(spent), 0.99);
	printf(" \"%s\": {\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"found\": "
	       "%zu},\n",
	       name, percentile_ms(spent, ARRAY_LEN(spent), 0.5), p99,
	       percentile_ms(spent, ARRAY_LEN(spent), 1.0), found);
}

static void look_at_file(struct bench *b, const char *path, uint64_t messages)
{
	int64_t start = now_ns();
	char *error = NULL;
	struct stat file;

	if (!sqlite_quick_check(sqlite_of(b->store), &error))
		die(1, "%s", error);
	printf(" \"quick_check_s\": %.3f,\n", (double)(now_ns() - start) / 1e9);
	if (stat(path, &file) == 0)
		printf(" \"bytes_per_message\": %.0f,\n",
		       (double)file.st_size / (double)messages);
}

static void stored(struct bench *b, const char *path, uint64_t messages)
{
	char *error = NULL;
	int64_t n_entries = 0;

	fill(b, messages);
	fill_state(b, 100000, 10000);
	int64_t start = now_ns();
	reopen(b, path);
	if (!store_load(b->store, count_entry, &n_entries, &error))
		die(1, "%s", error);
	printf(" \"load\": {\"entries\": %lld, \"s\": %.3f},\n", (long long)n_entries,
	       (double)(now_ns() - start) / 1e9);
	if (b->is_file)
		look_at_file(b, path, messages);
	struct reader *r = reader_open(path, &error);
	if (!r)
		die(1, "%s", error);
	ask_many(r, QUERY_PAGE, "page_50", messages);
	ask_many(r, QUERY_SEARCH, "search_50", messages);
	reader_close(r);
}

static void remove_in(const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

static int fill_database(char **argv)
{
	struct bench b = {.next = 1};
	char *error = NULL;
	uint64_t messages = strtoull(argv[3], NULL, 10);

	b.store = store_open(argv[2], STORE_NORMAL, &error);
	if (!b.store)
		die(1, "%s", error);
	fill_state(&b, strtoll(argv[4], NULL, 10), strtoll(argv[5], NULL, 10));
	fill(&b, messages);
	store_close(b.store);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"snug.db",      "snug.db-wal", "snug.db-shm",
					    "lock",         "ballast",     "floor.db",
					    "floor.db-wal", "floor.db-shm"};
	struct bench b = {.next = 1};
	char path[512], floor_path[512], *error = NULL;

	if (argc == 6 && strcmp(argv[1], "fill") == 0)
		return fill_database(argv);
	bool is_paced = argc >= 3 && strcmp(argv[1], "paced") == 0;
	if (argc < 2)
		die(2, "usage: snugstore FOLDER [MESSAGES [WHERE]]");
	b.folder = argv[is_paced ? 2 : 1];
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		remove_in(b.folder, names[i]);
	b.is_file = argc < 4;
	if (b.is_file)
		snprintf(path, sizeof(path), "%s/snug.db", b.folder);
	else
		snprintf(path, sizeof(path), "%s", argv[3]);
	snprintf(floor_path, sizeof(floor_path), "%s/floor.db", b.folder);
	b.store = store_open(path, STORE_FULL, &error);
	if (!b.store)
		die(1, "%s", error);
	floor_open(&b.floor, floor_path);
	// As the writer's thread does, so that both wait for the disk and not for the
	// processor.
	(void)!setpriority(PRIO_PROCESS, 0, -5);
	puts("{");
	if (!is_paced) {
		batches(&b, 1, 3000);
		batches(&b, 10, 1000);
		batches(&b, 100, 400);
		batches(&b, 1000, 100);
		reopen(&b, path);
	}
	paced(&b);
	if (argc > 2 && !is_paced)
		stored(&b, path, strtoull(argv[2], NULL, 10));
	puts(" \"end\": true\n}");
	floor_close(&b.floor);
	store_close(b.store);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		remove_in(b.folder, names[i]);
	return 0;
}
