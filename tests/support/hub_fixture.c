// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "common/encode.h"
#include "common/grow.h"
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "server/letters/letter.h"
#include "server/store/load.h"
#include "server/store/reader.h"
#include "server/store/store.h"
#include "server/store/writer.h"

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

struct got {
	char *text;
	entry_no after;
};

struct peer {
	struct fixture *fixture;
	conn_id id;
	struct got *lines;
	size_t n_lines, lines_space, next;
	bool is_open, is_closed;
	entry_no close_after;
	bool stalled;
};

struct fixture_inside {
	char dir[64], path[96];
	struct store *store;
	struct reader *reader;
	struct peer **peers;
	size_t n_peers, peers_space;
	uint32_t next_slot;
	struct inbox *inbox;                     // the next turn's
	struct letter *letters, **letters_end;   // the next turn's others
	struct letter *journals, **journals_end; // wait for the disk
	struct letter *queries, **queries_end;
	bool disk_holds, answers_held;
	enum disk_state disk;
	entry_no durable; // stored
	entry_no gate;    // as the shard knows it
	struct admin_answer *answer;
	struct pattern_vars vars;
	uint8_t seed;
};

struct hub_config fixture_config(void)
{
	return (struct hub_config){
		.name = SPAN(FIXTURE_SERVER),
		.network = SPAN("Test"),
		.description = SPAN("A server in memory"),
		.motd = SPAN(""),
		.version = SPAN("snugd-test"),
		.icon = SPAN(""),
		.link_host = SPAN(FIXTURE_SERVER),
		.port = 6697,
		.registration = REGISTRATION_OPEN,
		.create_rooms = ROOMS_BY_MEMBERS,
		.argon2_memory = ARGON2_MEMORY_MIN,
		.argon2_passes = ARGON2_PASSES_MIN,
		.durability_full = true,
		.n_shards = 1,
	};
}

static void chain(struct letter ***end, struct letter *l)
{
	l->next = NULL;
	**end = l;
	*end = &l->next;
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
	f->hub = hub_new(&f->config, seed);
	if (!store_load(in->store, on_entry, f->hub, &error) ||
	    !hub_loaded(f->hub, f->now, &error))
		fail_msg("the database does not load: %s", error);
	in->reader = reader_open(in->path, &error);
	if (!in->reader)
		fail_msg("the database cannot be read: %s", error);
	in->durable = in->gate = 0;
	in->letters_end = &in->letters;
	in->journals_end = &in->journals;
	in->queries_end = &in->queries;
}

struct fixture *fixture_new(const struct hub_config *config)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct fixture_inside *in = f->inside = xcalloc(1, sizeof(*in));

	if (sodium_init() < 0)
		fail_msg("libsodium does not start");
	f->config = config ? *config : fixture_config();
	f->now = (struct hub_time){START_MONO_MS, START_WALL_MS};
	snprintf(in->dir, sizeof(in->dir), "%s/snug-fixture-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(in->dir))
		fail_msg("no temporary directory");
	snprintf(in->path, sizeof(in->path), "%s/snug.db", in->dir);
	start(f);
	fixture_settle(f);
	return f;
}

static void free_letter(struct letter *l)
{
	if (l->kind == LETTER_JOURNAL)
		journal_free(container_of(l, struct journal, letter));
	else if (l->kind == LETTER_QUERY)
		query_free(container_of(l, struct query, letter));
	else if (l->kind == LETTER_ROWS)
		rows_free(container_of(l, struct rows, letter));
	else if (l->kind == LETTER_HASHED)
		hash_job_free(container_of(l, struct hash_job, letter));
	else
		free(l);
}

static void free_chain(struct letter **first, struct letter ***end)
{
	while (*first) {
		struct letter *l = *first;

		*first = l->next;
		free_letter(l);
	}
	*end = first;
}

static void stop(struct fixture *f)
{
	struct fixture_inside *in = f->inside;

	hub_free(f->hub);
	f->hub = NULL;
	reader_close(in->reader);
	store_close(in->store);
	inbox_free(in->inbox);
	in->inbox = NULL;
	free_chain(&in->letters, &in->letters_end);
	free_chain(&in->journals, &in->journals_end);
	free_chain(&in->queries, &in->queries_end);
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
}

static void peer_free(struct peer *p)
{
	for (size_t i = 0; i < p->n_lines; i++)
		free(p->lines[i].text);
	free(p->lines);
	free(p);
}

void fixture_free(struct fixture *f)
{
	struct fixture_inside *in = f->inside;

	stop(f);
	remove_files(in);
	for (size_t i = 0; i < in->n_peers; i++)
		peer_free(in->peers[i]);
	free(in->peers);
	admin_answer_free(in->answer);
	pattern_vars_clear(&in->vars);
	free(in);
	free(f);
}

static struct inbox *inbox_of(struct fixture *f)
{
	if (!f->inside->inbox)
		f->inside->inbox = inbox_new(0);
	return f->inside->inbox;
}

static struct peer *find_peer(struct fixture *f, conn_id id)
{
	for (size_t i = f->inside->n_peers; i-- > 0;) {
		if (f->inside->peers[i]->id == id)
			return f->inside->peers[i];
	}
	return NULL;
}

static void receive(struct peer *p, struct span text, entry_no after)
{
	if (text.len < 2 || text.at[text.len - 2] != '\r' || text.at[text.len - 1] != '\n')
		fail_msg("a line without CR LF: %.*s", SPAN_ARG(text));
	text.len -= 2;
	p->lines = grow(p->lines, p->n_lines, &p->lines_space, sizeof(*p->lines));
	p->lines[p->n_lines++] = (struct got){span_dup(text), after};
}

static void deliver_line(struct fixture *f, const struct outbox *out,
			 const struct outbox_item *item)
{
	struct span text = {out->bytes.at + item->at, item->len};

	for (uint32_t i = 0; i < item->n_conns; i++) {
		struct peer *p = find_peer(f, out->conns[item->first_conn + i]);

		if (p && p->is_open && !p->is_closed && (!p->stalled || item->catch_up))
			receive(p, text, item->after);
	}
}

static void deliver(struct fixture *f, struct outbox *out)
{
	if (!out)
		return;
	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];
		struct peer *p = find_peer(f, item->conn);

		if (item->kind == OUTBOX_LINE)
			deliver_line(f, out, item);
		else if (p && item->kind == OUTBOX_CLOSE && !p->is_closed) {
			p->is_closed = true;
			p->close_after = item->after;
		} else if (p && item->kind == OUTBOX_LIVE)
			p->stalled = false;
		else if (p && item->kind == OUTBOX_TELL)
			inbox_add(inbox_of(f), INBOX_TAKEN, p->id);
	}
	if (out->durable > f->inside->gate)
		f->inside->gate = out->durable;
	outbox_free(out);
}

// Costs nothing and is as good as the real one for a hub that cannot look inside.
static void hash(struct hash_job *job)
{
	uint8_t digest[16];
	struct buf phc = {0};

	crypto_generichash(digest, sizeof(digest), (const uint8_t *)job->password,
			   job->password_len, NULL, 0);
	buf_add_str(&phc, "$test$");
	encode_hex(&phc, digest, sizeof(digest));
	if (job->kind == HASH_MAKE) {
		snprintf(job->phc, sizeof(job->phc), "%s", buf_str(&phc));
		job->result = HASH_OK;
	} else {
		job->result = strcmp(buf_str(&phc), job->phc) == 0 ? HASH_OK : HASH_WRONG;
	}
	buf_clear(&phc);
	job->letter.kind = LETTER_HASHED;
}

static void report_disk(struct fixture *f)
{
	struct durable *d = xcalloc(1, sizeof(*d));

	d->letter.kind = LETTER_DURABLE;
	d->upto = f->inside->durable;
	d->disk = f->inside->disk;
	d->free_bytes = 1 << 30;
	chain(&f->inside->letters_end, &d->letter);
}

static void commit(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	struct durable result = {0};

	if (!in->journals)
		return;
	while (in->journals) {
		struct journal *j = container_of(in->journals, struct journal, letter);

		in->journals = j->letter.next;
		if (!writer_apply(in->store, j, &result))
			fail_msg("the journal was not stored");
		in->durable = result.upto;
		journal_free(j);
	}
	in->journals_end = &in->journals;
	report_disk(f);
}

static void answer(struct fixture *f)
{
	struct fixture_inside *in = f->inside;

	while (in->queries && !in->answers_held) {
		struct query *q = container_of(in->queries, struct query, letter);
		struct rows *rows = reader_answer(in->reader, q);

		in->queries = q->letter.next;
		chain(&in->letters_end, &rows->letter);
		query_free(q);
	}
	if (!in->queries)
		in->queries_end = &in->queries;
}

static void take_out(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	struct hub_out out;
	struct letter *next;

	hub_take(f->hub, &out);
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		deliver(f, out.outboxes[i]);
	if (out.journal)
		chain(&in->journals_end, &out.journal->letter);
	for (; out.queries; out.queries = next) {
		next = out.queries->next;
		chain(&in->queries_end, out.queries);
	}
	for (; out.jobs; out.jobs = next) {
		next = out.jobs->next;
		hash(container_of(out.jobs, struct hash_job, letter));
		chain(&in->letters_end, out.jobs);
	}
	for (; out.answers; out.answers = next) {
		next = out.answers->next;
		admin_answer_free(in->answer);
		in->answer = container_of(out.answers, struct admin_answer, letter);
	}
}

static bool has_work(const struct fixture *f)
{
	return f->inside->inbox || f->inside->letters || hub_wakes_at(f->hub) <= f->now.mono_ms;
}

static void turn(struct fixture *f)
{
	struct fixture_inside *in = f->inside;
	struct letter *letters = in->letters;

	if (in->inbox) {
		in->inbox->letter.next = letters;
		letters = &in->inbox->letter;
		in->inbox = NULL;
	}
	in->letters = NULL;
	in->letters_end = &in->letters;
	hub_turn(f->hub, f->now, letters);
	take_out(f);
	answer(f);
	if (!in->disk_holds)
		commit(f);
}

void fixture_settle(struct fixture *f)
{
	int turns = 0;

	turn(f);
	while (has_work(f)) {
		turn(f);
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

void fixture_hold_answers(struct fixture *f, bool hold)
{
	f->inside->answers_held = hold;
	if (!hold) {
		answer(f);
		fixture_settle(f);
	}
}

void fixture_restart(struct fixture *f, bool crash)
{
	if (!crash) {
		hub_stop(f->hub, SPAN("Restarting"));
		fixture_settle(f);
		commit(f);
		fixture_settle(f);
	}
	for (size_t i = 0; i < f->inside->n_peers; i++)
		f->inside->peers[i]->is_open = false;
	stop(f);
	f->now.wall_ms += 1000;
	f->now.mono_ms += 1000;
	start(f);
	fixture_settle(f);
}

static struct account *make_account(struct fixture *f, const char *name, enum account_role role)
{
	struct account *a = account_find(f->hub, span_of(name));
	struct hash_job *job;

	if (a)
		return a;
	job = hash_job_new(HASH_MAKE, 0, FIXTURE_PASSWORD, strlen(FIXTURE_PASSWORD));
	hash(job);
	a = account_new(f->hub, span_of(name), span_of(job->phc));
	hash_job_free(job);
	if (!a)
		fail_msg("no account can be called %s", name);
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

struct peer *fixture_open_as(struct fixture *f, const struct inbox_opened *opened)
{
	struct fixture_inside *in = f->inside;
	struct peer *p = xcalloc(1, sizeof(*p));
	struct inbox *inbox = inbox_of(f);
	struct inbox_event *e;

	p->fixture = f;
	p->id = CONN_ID(0, ++in->next_slot, 1);
	p->is_open = true;
	in->peers = grow(in->peers, in->n_peers, &in->peers_space, sizeof(struct peer *));
	in->peers[in->n_peers++] = p;
	e = inbox_add(inbox, INBOX_OPENED, p->id);
	e->opened = *opened;
	e->opened.host = arena_dup(&inbox->arena, opened->host);
	fixture_settle(f);
	return p;
}

struct peer *fixture_open(struct fixture *f)
{
	uint64_t source = f->inside->next_slot + 1;

	return fixture_open_as(f, &(struct inbox_opened){
					  .host = SPAN("192.0.2.1"),
					  .source = source,
				  });
}

static void need_registered(struct peer *p, const char *name)
{
	const struct session *s = peer_session(p);
	const char *line, *last = "nothing";

	if (s && s->registered)
		return;
	while ((line = peer_next(p)))
		last = line;
	fail_msg("%s did not get in: %s", name, last);
}

struct peer *fixture_login_loud(struct fixture *f, const char *name, const char *caps)
{
	struct span login = span_of(name), nick = span_cut(&login, '@');
	char *bare = span_dup(nick);
	struct peer *p;

	fixture_account(f, bare);
	p = fixture_open(f);
	if (caps[0]) {
		peer_send(p, "CAP LS 302");
		peer_send(p, "CAP REQ :%s", caps);
	}
	peer_send(p, "PASS :%s:%s", name, FIXTURE_PASSWORD);
	peer_send(p, "NICK %s", bare);
	peer_send(p, "USER %s 0 * :%s", bare, bare);
	if (caps[0])
		peer_send(p, "CAP END");
	free(bare);
	need_registered(p, name);
	return p;
}

struct peer *fixture_login(struct fixture *f, const char *name, const char *caps)
{
	struct peer *p = fixture_login_loud(f, name, caps);

	peer_skip(p);
	return p;
}

void peer_close(struct peer *p)
{
	struct fixture *f = p->fixture;

	if (!p->is_open)
		return;
	inbox_add(inbox_of(f), INBOX_CLOSED, p->id)->reason = SPAN("Connection lost");
	fixture_settle(f);
	p->is_open = false;
}

static void put_line(struct peer *p, struct span line)
{
	struct inbox *in = inbox_of(p->fixture);
	struct msg m;

	line = arena_dup(&in->arena, line);
	switch (msg_parse(&m, line)) {
	case MSG_OK:
	case MSG_BAD_COMMAND:
		inbox_add(in, INBOX_LINE, p->id)->msg = m;
		break;
	case MSG_EMPTY:
		break;
	case MSG_TOO_MANY:
		inbox_add(in, INBOX_BAD, p->id)->fault = FAULT_PARAMS;
		break;
	case MSG_NO_COMMAND:
		inbox_add(in, INBOX_BAD, p->id)->fault = FAULT_SYNTAX;
		break;
	}
}

void peer_put(struct peer *p, const char *format, ...)
{
	struct buf line = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	put_line(p, buf_span(&line));
	buf_clear(&line);
}

void peer_put_bad(struct peer *p, enum inbox_fault fault)
{
	inbox_add(inbox_of(p->fixture), INBOX_BAD, p->id)->fault = fault;
}

void peer_send(struct peer *p, const char *format, ...)
{
	struct buf line = {0}, expanded = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	pattern_expand(&p->fixture->inside->vars, buf_span(&line), &expanded);
	put_line(p, buf_span(&expanded));
	p->fixture->now.mono_ms++;
	p->fixture->now.wall_ms++;
	fixture_settle(p->fixture);
	buf_clear(&line);
	buf_clear(&expanded);
}

static void stall(struct peer *p, entry_no after, bool begun)
{
	struct inbox_event *e = inbox_add(inbox_of(p->fixture), INBOX_STALLED, p->id);

	p->stalled = true;
	e->after = after;
	e->begun = begun;
	fixture_settle(p->fixture);
}

void peer_send_words(struct peer *p, const struct span *words, size_t n)
{
	struct inbox *in = inbox_of(p->fixture);
	struct msg m = {.command = arena_dup(&in->arena, words[0]), .n_params = n - 1};

	for (size_t i = 1; i < n; i++)
		m.params[i - 1] = arena_dup(&in->arena, words[i]);
	inbox_add(in, INBOX_LINE, p->id)->msg = m;
	p->fixture->now.mono_ms++;
	p->fixture->now.wall_ms++;
	fixture_settle(p->fixture);
}

void peer_stall(struct peer *p)
{
	// Whatever was said so far still stands in its queue.
	stall(p, p->fixture->hub->head + 1, false);
}

void peer_stall_within(struct peer *p)
{
	stall(p, p->fixture->hub->head, true);
}

void peer_drain(struct peer *p)
{
	inbox_add(inbox_of(p->fixture), INBOX_DRAINED, p->id);
	fixture_settle(p->fixture);
}

const char *peer_next(struct peer *p)
{
	if (p->next == p->n_lines || p->lines[p->next].after > p->fixture->inside->gate)
		return NULL;
	return p->lines[p->next++].text;
}

void peer_skip(struct peer *p)
{
	while (peer_next(p))
		;
}

void fixture_skip(struct fixture *f)
{
	for (size_t i = 0; i < f->inside->n_peers; i++)
		peer_skip(f->inside->peers[i]);
}

bool peer_is_closed(const struct peer *p)
{
	return p->is_closed && p->close_after <= p->fixture->inside->gate;
}

void peer_join(struct peer *p, const char *room)
{
	peer_send(p, "JOIN %s", room);
	fixture_skip(p->fixture);
}

struct fixture *peer_fixture(const struct peer *p)
{
	return p->fixture;
}

conn_id peer_id(const struct peer *p)
{
	return p->id;
}

struct session *peer_session(const struct peer *p)
{
	return p->is_open ? session_find(p->fixture->hub, p->id) : NULL;
}

size_t peer_held(const struct peer *p)
{
	size_t n = 0;

	for (size_t i = p->next; i < p->n_lines; i++)
		n += p->lines[i].after > p->fixture->inside->gate;
	return n;
}

void expect(struct peer *p, const char *pattern)
{
	const char *line = peer_next(p);

	if (!line)
		fail_msg("expected: %s\n     got: nothing", pattern);
	if (!pattern_matches(span_of(pattern), span_of(line), p->fixture->config.name,
			     &p->fixture->inside->vars))
		fail_msg("expected: %s\n     got: %s", pattern, line);
}

void expect_later(struct peer *p, const char *pattern)
{
	const char *line;

	while ((line = peer_next(p))) {
		if (pattern_matches(span_of(pattern), span_of(line), p->fixture->config.name,
				    &p->fixture->inside->vars))
			return;
	}
	fail_msg("expected, sooner or later: %s", pattern);
}

void expect_none(struct peer *p)
{
	const char *line = peer_next(p);

	if (line)
		fail_msg("expected: nothing\n     got: %s", line);
}

const char *fixture_var(const struct fixture *f, const char *name)
{
	const char *value = pattern_var(&f->inside->vars, span_of(name));

	if (!value)
		fail_msg("$%s has no value", name);
	return value;
}

static void split_words(struct admin_request *r, struct span words)
{
	size_t space = 0;

	while (words.len) {
		struct span word = span_cut(&words, ' ');

		if (!word.len)
			continue;
		r->words = grow(r->words, r->n_words, &space, sizeof(*r->words));
		r->words[r->n_words++] = arena_dup(&r->arena, word);
	}
}

struct admin_answer *fixture_request(struct fixture *f, struct admin_request *r)
{
	struct admin_answer *answer;

	r->ticket = 1;
	r->actor = SPAN("shell");
	admin_answer_free(f->inside->answer);
	f->inside->answer = NULL;
	chain(&f->inside->letters_end, &r->letter);
	fixture_settle(f);
	answer = f->inside->answer;
	f->inside->answer = NULL;
	return answer;
}

struct admin_answer *fixture_verb(struct fixture *f, const char *words, const char *secret)
{
	struct admin_request *r = admin_request_new();
	struct admin_answer *answer;

	split_words(r, span_of(words));
	if (secret)
		r->secret = arena_dup(&r->arena, span_of(secret));
	answer = fixture_request(f, r);
	if (!answer && !f->inside->disk_holds)
		fail_msg("no answer to: %s", words);
	return answer;
}
