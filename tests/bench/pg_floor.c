// SPDX-License-Identifier: MIT
// The floor of a store in PostgreSQL: what its server takes for the same pipeline from a bare
// loop of libpq, one message a millisecond, as snugstore does it beside a loop of SQLite.
//
// usage: snugpgfloor WHERE
// Makes its tables in that database, which is empty. Prints one JSON object: from the first
// byte that is sent to the answer to the commit.
#include "common/die.h"
#include "tests/bench/bench.h"

#include <libpq-fe.h>

#define COLUMNS 8
#define TABLES                                                                                 \
	"CREATE TABLE m (id bigint PRIMARY KEY, stream bigint, seq bigint, time_ms bigint,"    \
	" account bigint, sender text, text text, client_id text);"                            \
	"CREATE INDEX i ON m (stream, time_ms);"                                               \
	"CREATE TABLE head (upto bigint) WITH (fillfactor = 50);"                              \
	"INSERT INTO head VALUES (0)"

static void must(bool went_well, const PGconn *db)
{
	if (!went_well)
		die(1, "floor: %s", PQerrorMessage(db));
}

static void run(PGconn *db, const char *text)
{
	PGresult *r = PQexec(db, text);

	must(PQresultStatus(r) == PGRES_COMMAND_OK, db);
	PQclear(r);
}

static void prepare(PGconn *db, const char *name, const char *text)
{
	PGresult *r = PQprepare(db, name, text, 0, NULL);

	must(PQresultStatus(r) == PGRES_COMMAND_OK, db);
	PQclear(r);
}

static PGconn *open_floor(const char *where)
{
	PGconn *db = PQconnectdb(where);

	must(PQstatus(db) == CONNECTION_OK, db);
	run(db, TABLES);
	prepare(db, "begin", "BEGIN");
	prepare(db, "fence", "UPDATE head SET upto = $1");
	prepare(db, "insert", "INSERT INTO m VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
	prepare(db, "commit", "COMMIT");
	must(PQenterPipelineMode(db), db);
	return db;
}

static void send(PGconn *db, const char *name, int n, const char *const *values)
{
	must(PQsendQueryPrepared(db, name, n, values, NULL, NULL, 1), db);
}

// Its end comes as one result more.
static void take(PGconn *db, ExecStatusType status)
{
	PGresult *r = PQgetResult(db);

	must(PQresultStatus(r) == status, db);
	PQclear(r);
	if (status != PGRES_PIPELINE_SYNC)
		PQclear(PQgetResult(db));
}

static void store(PGconn *db, uint64_t n)
{
	char numbers[5][24], client_id[24], text[129];
	const char *values[COLUMNS] = {[5] = "somebody", [6] = text, [7] = client_id};
	const uint64_t of_row[] = {n, n % STREAMS + 1, n / STREAMS + 1, 1700000000000 + n,
				   n % 50 + 1};

	for (size_t i = 0; i < ARRAY_LEN(of_row); i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%llu", (unsigned long long)of_row[i]);
		values[i] = numbers[i];
	}
	snprintf(client_id, sizeof(client_id), "%016llx", (unsigned long long)n);
	text[words(n, text).len] = '\0';
	send(db, "begin", 0, NULL);
	send(db, "fence", 1, values);
	send(db, "insert", COLUMNS, values);
	send(db, "commit", 0, NULL);
	must(PQpipelineSync(db), db);
	for (int i = 0; i < 4; i++)
		take(db, PGRES_COMMAND_OK);
	take(db, PGRES_PIPELINE_SYNC);
}

int main(int argc, char **argv)
{
	static int64_t waited[PACED];
	int64_t start;
	PGconn *db;

	if (argc != 2)
		die(2, "usage: snugpgfloor WHERE");
	db = open_floor(argv[1]);
	start = now_ns() + PACE_NS;
	for (uint64_t i = 0; i < PACED; i++) {
		sleep_until(start + (int64_t)i * PACE_NS);
		int64_t due = now_ns();
		store(db, i + 1);
		waited[i] = now_ns() - due;
	}
	printf("{\"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", percentile_ms(waited, PACED, 0.5),
	       percentile_ms(waited, PACED, 0.99));
	PQfinish(db);
	return 0;
}
