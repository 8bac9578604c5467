// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_link.h"

#include "common/clock.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_text.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// A server that is gone is noticed after so long at most, where nothing is on its way, ...
#define IDLE_S "2"
#define PROBE_S "1"
#define PROBES "3"
// ... and where something is.
#define UNANSWERED_MS "5000"
// One that is avoided waits so long for another.
#define AVOID_MS 1000

// Keyword and value in turn; what the text says of them goes before.
static const char *const wishes[] = {
	"application_name",    "snugd",       "keepalives_idle",  IDLE_S,
	"keepalives_interval", PROBE_S,       "keepalives_count", PROBES,
	"tcp_user_timeout",    UNANSWERED_MS, "gssencmode",       "disable"};
static const char *const demands[] = {"client_encoding", "UTF8", "target_session_attrs",
				      "read-write"};

#define OPTIONS_MAX 128 // inside: libpq has some fifty

bool pg_link_init(struct pg_link *l, const char *where, enum store_durability durability,
		  bool writes, char **error)
{
	*l = (struct pg_link){
		.durability = durability, .writes = writes, .until_ms = INT64_MAX, .stop = -1};
	if (!pg_where_read(&l->where, where, error))
		return false;
	l->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->stop < 0)
		error_words(error, "cannot make a descriptor: %s", strerror(errno));
	return l->stop >= 0;
}

void pg_link_drop(struct pg_link *l)
{
	PQfinish(l->conn);
	l->conn = NULL;
}

void pg_link_clear(struct pg_link *l)
{
	pg_link_drop(l);
	if (l->stop >= 0)
		close(l->stop);
	pg_where_clear(&l->where);
	buf_clear(&l->words);
	buf_clear(&l->address);
	*l = (struct pg_link){.stop = -1};
}

void pg_link_stop(struct pg_link *l)
{
	(void)!eventfd_write(l->stop, 1);
}

// libpq's words end in a newline, and may have more of them inside.
static void add_words(struct buf *out, const char *words)
{
	struct span text = span_trim(span_of(words)), line;

	while (text.len) {
		line = span_trim(span_cut(&text, '\n'));
		buf_printf(out, "%s" SPAN_FMT, out->len ? "; " : "", SPAN_ARG(line));
	}
}

static enum db_code fail(struct pg_link *l, enum db_code code, const char *words)
{
	buf_reset(&l->words);
	l->sqlstate[0] = '\0';
	add_words(&l->words, words);
	pg_link_drop(l);
	return code;
}

static enum db_code lose(struct pg_link *l)
{
	struct buf words = {0};
	enum db_code code;

	add_words(&words, PQerrorMessage(l->conn));
	code = fail(l, DB_AWAY, words.len ? buf_str(&words) : "the connection was lost");
	buf_clear(&words);
	return code;
}

static int ms_until(int64_t at_ms)
{
	int64_t left;

	if (at_ms == INT64_MAX)
		return -1;
	left = at_ms - clock_mono_ms();
	return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

// Until one of the n descriptors is ready; there is room for one behind them. DB_END: it is too
// late.
static enum db_code wait_for(const struct pg_link *l, struct pollfd *fds, size_t n,
			     int64_t until_ms)
{
	int ready;

	fds[n] = (struct pollfd){.fd = l->stop, .events = POLLIN};
	do
		ready = poll(fds, n + 1, ms_until(until_ms));
	while (ready < 0 && errno == EINTR);
	if (fds[n].revents)
		return DB_INTERRUPTED;
	return ready > 0 ? DB_OK : DB_END;
}

// Connecting.

struct race {
	PGconn *conns[PG_HOSTS_MAX]; // NULL: it is out
	PostgresPollingStatusType wants[PG_HOSTS_MAX];
	size_t n;
};

static void put(const char **keywords, const char **values, size_t *n, const char *keyword,
		const char *value)
{
	if (!*value || *n + 1 >= OPTIONS_MAX)
		return;
	keywords[*n] = keyword;
	values[(*n)++] = value;
}

// Of a keyword that is there twice libpq takes the last.
static PGconn *start(const struct pg_link *l, const struct pg_host *h)
{
	const char *keywords[OPTIONS_MAX] = {0}, *values[OPTIONS_MAX] = {0};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(wishes); i += 2)
		put(keywords, values, &n, wishes[i], wishes[i + 1]);
	for (char **at = l->where.options; *at; at += 2)
		put(keywords, values, &n, at[0], at[1]);
	for (size_t i = 0; i < ARRAY_LEN(demands); i += 2)
		put(keywords, values, &n, demands[i], demands[i + 1]);
	put(keywords, values, &n, "host", h->name);
	put(keywords, values, &n, "hostaddr", h->address);
	put(keywords, values, &n, "port", h->port);
	return PQconnectStartParams(keywords, values, 0);
}

static void leave(struct race *r, size_t i, struct buf *words)
{
	add_words(words, PQerrorMessage(r->conns[i]));
	PQfinish(r->conns[i]);
	r->conns[i] = NULL;
}

static void start_all(const struct pg_link *l, struct race *r, struct buf *words)
{
	r->n = l->where.n_tries;
	for (size_t i = 0; i < r->n; i++) {
		r->conns[i] = start(l, &l->where.tries[i]);
		r->wants[i] = PGRES_POLLING_WRITING;
		if (PQstatus(r->conns[i]) == CONNECTION_BAD)
			leave(r, i, words);
	}
}

static size_t gather(const struct race *r, struct pollfd *fds, size_t *which)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->conns[i] || r->wants[i] == PGRES_POLLING_OK)
			continue;
		which[n] = i;
		fds[n++] = (struct pollfd){
			.fd = PQsocket(r->conns[i]),
			.events = r->wants[i] == PGRES_POLLING_READING ? POLLIN : POLLOUT};
	}
	return n;
}

static void go_on(struct race *r, const struct pollfd *fds, const size_t *which, size_t n,
		  struct buf *words)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = which[k];

		if (!fds[k].revents)
			continue;
		r->wants[i] = PQconnectPoll(r->conns[i]);
		if (r->wants[i] == PGRES_POLLING_FAILED)
			leave(r, i, words);
	}
}

static void add_address(struct buf *out, const struct pg_host *h)
{
	buf_printf(out, "%s %s %s", h->name, h->address, h->port);
}

static bool is_avoided(const struct pg_link *l, const struct pg_host *h)
{
	struct buf address = {0};
	bool is_it;

	add_address(&address, h);
	is_it = l->avoid && span_eq(buf_span(&address), buf_span(&l->address));
	buf_clear(&address);
	return is_it;
}

// One that is connected; with `any` also the avoided one.
static bool take_winner(struct pg_link *l, struct race *r, bool any)
{
	for (size_t i = 0; i < r->n; i++) {
		if (!r->conns[i] || r->wants[i] != PGRES_POLLING_OK ||
		    (!any && is_avoided(l, &l->where.tries[i])))
			continue;
		l->conn = r->conns[i];
		r->conns[i] = NULL;
		buf_reset(&l->address);
		add_address(&l->address, &l->where.tries[i]);
		l->avoid = false;
		return true;
	}
	return false;
}

// When what is waited for is too late, or the one that is avoided is taken after all.
static int64_t next_ms(const struct pg_link *l, int64_t avoided_until_ms)
{
	bool is_sooner = avoided_until_ms > clock_mono_ms() && avoided_until_ms < l->until_ms;

	return is_sooner ? avoided_until_ms : l->until_ms;
}

// The first that may be written to.
static enum db_code race(struct pg_link *l, struct buf *words)
{
	int64_t avoided_until_ms = l->avoid ? clock_mono_ms() + AVOID_MS : 0;
	struct pollfd fds[PG_HOSTS_MAX + 1];
	size_t which[PG_HOSTS_MAX], n;
	struct race r = {.n = 0};
	enum db_code code = DB_OK;

	start_all(l, &r, words);
	while (code == DB_OK && !take_winner(l, &r, clock_mono_ms() >= avoided_until_ms) &&
	       (n = gather(&r, fds, which)) > 0) {
		code = wait_for(l, fds, n, next_ms(l, avoided_until_ms));
		if (code == DB_OK)
			go_on(&r, fds, which, n, words);
		else if (code == DB_END && clock_mono_ms() < l->until_ms)
			code = DB_OK;
	}
	if (code != DB_INTERRUPTED && !l->conn && !take_winner(l, &r, true) && code == DB_END)
		add_words(words, "it did not answer in time");
	for (size_t i = 0; i < r.n; i++)
		PQfinish(r.conns[i]);
	return l->conn ? DB_OK : code == DB_INTERRUPTED ? code : DB_AWAY;
}

static void on_notice(void *arg, const PGresult *notice)
{
	const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
	struct pg_link *l = arg;

	if (sqlstate && strncmp(sqlstate, "01", 2) == 0)
		l->warnings++;
}

// A transaction would wait for ever behind what another did not end, were it not for what is
// set here; a pipeline needs a connection that does not block.
static enum db_code set_up(struct pg_link *l)
{
	const char *encoding = PQparameterStatus(l->conn, "server_encoding");
	enum db_code code;

	if (PQserverVersion(l->conn) < PG_VERSION_LEAST)
		return fail(l, DB_FAILED, "the server is older than PostgreSQL 15: upgrade it");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return fail(l, DB_FAILED,
			    "the database is of another encoding than UTF8: make it anew with "
			    "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0");
	PQsetNoticeReceiver(l->conn, on_notice, l);
	if (PQsetnonblocking(l->conn, 1) != 0 || !PQenterPipelineMode(l->conn))
		return lose(l);
	code = pg_link_run(l, pg_text(PG_SET_UP), NULL, NULL);
	if (code == DB_OK && l->writes)
		code = pg_link_run(l, pg_text(PG_SET_WRITER), NULL, NULL);
	if (code == DB_OK && l->durability == STORE_FULL)
		code = pg_link_run(l, pg_text(PG_SET_DURABLE), NULL, NULL);
	l->connected++;
	return code;
}

enum db_code pg_link_connect(struct pg_link *l)
{
	struct buf words = {0};
	enum db_code code = DB_AWAY;

	pg_link_drop(l);
	if (pg_where_resolve(&l->where, &words))
		code = race(l, &words);
	code = code == DB_OK ? set_up(l) : fail(l, code, buf_str(&words));
	buf_clear(&words);
	return code;
}

// Waiting.

enum db_code pg_link_result(struct pg_link *l, PGresult **result)
{
	*result = NULL;
	if (!l->conn)
		return DB_AWAY;
	while (true) {
		int unsent = PQflush(l->conn);
		struct pollfd fds[2] = {
			{.fd = PQsocket(l->conn), .events = POLLIN | (unsent ? POLLOUT : 0)}};

		if (unsent < 0)
			return lose(l);
		if (!PQisBusy(l->conn))
			break;
		enum db_code code = wait_for(l, fds, 1, l->until_ms);
		// A deposed primary says that it may be written to, and commits nothing.
		l->avoid = l->avoid || code == DB_END;
		if (code != DB_OK)
			return code == DB_END
				       ? fail(l, DB_AWAY, "the server did not answer in time")
				       : fail(l, code, "it was interrupted");
		if (!PQconsumeInput(l->conn))
			return lose(l);
	}
	*result = PQgetResult(l->conn);
	return DB_OK;
}

struct meaning {
	const char *sqlstate; // or how it begins
	enum db_code code;
};

// The first that fits.
static const struct meaning meanings[] = {
	{"22012", DB_FENCED},      // division by zero: the fence (own.def)
	{"22", DB_REFUSED},        // a value that a column does not take
	{"23", DB_REFUSED},        // a constraint
	{"54", DB_REFUSED},        // too long for an index
	{"57014", DB_INTERRUPTED}, // cancelled
	{"53", DB_FULL},           // no space, memory, connections
	{"55", DB_FULL},           // a lock
	{"40", DB_FULL},           // a deadlock
	{"58", DB_FULL},           // a file cannot be read or written; nothing is committed
	{"57", DB_AWAY},           // it shuts down, starts up
	{"08", DB_AWAY},           // the connection
	{"25006", DB_AWAY},        // it has become a standby
	{"25P03", DB_AWAY},        // it ended a transaction that stood still
};

enum db_code pg_code_of(const char *sqlstate)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (strncmp(sqlstate, meanings[i].sqlstate, strlen(meanings[i].sqlstate)) == 0)
			return meanings[i].code;
	}
	return DB_FAILED;
}

enum db_code pg_link_refusal(struct pg_link *l, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	// Without one it is libpq that speaks: the connection is gone.
	if (!sqlstate)
		return lose(l);
	buf_reset(&l->words);
	add_words(&l->words, words ? words : "an error without words");
	buf_printf(&l->words, " (%s)", sqlstate);
	memcpy(l->sqlstate, sqlstate, sizeof(l->sqlstate));
	enum db_code code = pg_code_of(sqlstate);
	if (code == DB_AWAY)
		pg_link_drop(l);
	return code;
}

enum db_code pg_link_run(struct pg_link *l, const char *text, const char *param,
			 PGresult **result)
{
	const Oid type = 25; // text
	enum db_code code = DB_OK;
	PGresult *got = NULL, *rows = NULL;
	bool is_over = false;

	if (!l->conn)
		return DB_AWAY;
	if (!PQsendQueryParams(l->conn, text, param ? 1 : 0, &type, &param, NULL, NULL, 1) ||
	    !PQpipelineSync(l->conn))
		return lose(l);
	while (l->conn && !is_over) {
		enum db_code came = pg_link_result(l, &got);

		if (came != DB_OK)
			code = came;
		else if (got && PQresultStatus(got) == PGRES_FATAL_ERROR)
			code = pg_link_refusal(l, got);
		is_over = PQresultStatus(got) == PGRES_PIPELINE_SYNC;
		if (PQresultStatus(got) == PGRES_TUPLES_OK) {
			rows = got;
			got = NULL;
		}
		PQclear(got);
	}
	if (code != DB_OK || !result)
		PQclear(rows);
	else
		*result = rows;
	return code;
}
