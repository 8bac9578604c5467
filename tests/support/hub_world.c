// SPDX-License-Identifier: MIT
#include "tests/support/hub_world.h"

#include "common/utf8.h"
#include "server/hub/hub_load.h"
#include "server/hub/state/session.h"
#include "server/letters/letter.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define TAGS_MAX (4 * 8191)
// Turns in which all that is asked is answered.
#define LAST_TURNS 20

static void check_line(struct span text)
{
	struct span body;

	assert(text.len >= 2 && text.at[text.len - 2] == '\r' && text.at[text.len - 1] == '\n');
	text.len -= 2;
	assert(!memchr(text.at, '\r', text.len) && !memchr(text.at, '\n', text.len) &&
	       !memchr(text.at, '\0', text.len));
	assert(utf8_is_valid(text));
	body = text.at[0] == '@' ? span_after(text, span_find(text, ' ') + 1) : text;
	assert(body.len && body.len <= 510 && text.len - body.len <= TAGS_MAX);
}

static struct hub_client *client_of(struct hub_world *w, conn_id conn)
{
	for (size_t i = 0; i < HUB_CLIENTS; i++) {
		if (conn && w->clients[i].conn == conn)
			return &w->clients[i];
	}
	return NULL;
}

static void deliver(void *arg, const struct outbox *out)
{
	struct hub_world *w = arg;

	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];
		struct hub_client *c;

		if (item->kind != OUTBOX_LINE)
			continue;
		check_line(span_from(out->bytes.at + item->at, item->len));
		c = item->n_conns == 1 && item->catch_up
			    ? client_of(w, out->conns[item->first_conn])
			    : NULL;
		if (c)
			c->bytes += item->len;
	}
}

static void hash(struct hash_job *job)
{
	job->result = HASH_OK;
	snprintf(job->phc, sizeof(job->phc), "$fuzz$");
}

static void keep(struct hub_world *w, struct journal *j)
{
	w->posted = j->first + j->n_entries - 1;
	if (w->n_journals == ARRAY_LEN(w->journals))
		journal_free(j);
	else
		w->journals[w->n_journals++] = j;
}

static bool wants(const struct query *q, const struct entry_message *m)
{
	switch (q->kind) {
	case QUERY_PAGE:
	case QUERY_AROUND:
		return m->stream == q->stream;
	case QUERY_GET:
		return m->id == q->from.id;
	case QUERY_EDITS:
		return m->id == q->from.id || entry_edits(m) == q->from.id;
	case QUERY_CLIENT_ID:
		return m->account == q->account && m->client_id.len &&
		       span_eq(m->client_id, q->client_id);
	case QUERY_MISSED:
		return m->id > q->from.id;
	default:
		return q->kind == QUERY_SEARCH;
	}
}

static void add_target(struct rows *rows, const struct entry_message *m)
{
	struct rows_target *t = rows_add_target(rows);

	t->stream = m->stream;
	t->time_ms = m->time_ms;
	t->id = m->id;
}

// What one account wrote, and up to where was looked; then there is more to look at.
static void add_written(struct rows *rows, const struct query *q, const struct entry_message *m)
{
	if (m->id <= q->from.id || (int64_t)rows->n_messages >= q->limit)
		return;
	rows->more = true;
	rows->n_targets = 0;
	add_target(rows, m);
	if (m->account == q->account)
		*rows_add_message(rows) = *m;
}

static void add_entry(struct rows *rows, const struct query *q, const struct entry *e)
{
	if (e->kind == ENTRY_AUDIT && q->kind == QUERY_AUDIT)
		*rows_add_audit(rows) = e->audit;
	if (e->kind != ENTRY_MESSAGE)
		return;
	if (q->kind == QUERY_WRITTEN)
		add_written(rows, q, &e->message);
	else if (wants(q, &e->message) && (int64_t)rows->n_messages < q->limit)
		*rows_add_message(rows) = e->message;
	else if (q->kind == QUERY_TARGETS && (int64_t)rows->n_targets < q->limit)
		add_target(rows, &e->message);
}

// Something like an answer, out of what was posted.
static struct rows *answer(const struct hub_world *w, const struct query *q)
{
	struct rows *rows = rows_new(q->ticket);

	for (size_t i = 0; i < w->n_journals; i++) {
		for (size_t n = 0; n < w->journals[i]->n_entries; n++)
			add_entry(rows, q, &w->journals[i]->entries[n]);
	}
	return rows;
}

// By the first letter of what was shown, and who it is by the rest.
static struct identity_answer *judge(const struct identity_question *q)
{
	char what = q->secret.len ? q->secret.at[0] : 'n';
	enum identity_result result = what == 'n'   ? IDENTITY_NO
				      : what == 'l' ? IDENTITY_LATER
						    : IDENTITY_IS;
	struct identity_answer *a =
		identity_answer_new(q->ticket, result, IDENTITY_WHY_INACTIVE);

	if (result != IDENTITY_IS)
		return a;
	a->issuer = span_dup(SPAN("https://id.fuzz"));
	a->subject = span_dup(buf_span(&q->secret));
	a->proposed = span_dup(span_after(buf_span(&q->secret), 1));
	a->is_admin = what == 'a';
	buf_add_span(&a->memory, buf_span(&q->secret));
	return a;
}

void hub_world_turn(struct hub_world *w)
{
	struct letter *l;

	w->now.mono_ms++;
	w->now.wall_ms++;
	hub_mail_turn(&w->mail, w->hub, w->now,
		      &(struct hub_mail_way){.deliver = deliver, .hash = hash, .arg = w});
	while ((l = letter_take(&w->mail.journals)))
		keep(w, container_of(l, struct journal, letter));
	while ((l = letter_take(&w->mail.identities))) {
		letter_add(&w->mail.letters,
			   &judge(container_of(l, struct identity_question, letter))->letter);
		letter_free(l);
	}
	while ((l = letter_take(&w->mail.queries))) {
		const struct query *q = container_of(l, struct query, letter);

		letter_add(&w->mail.letters, &answer(w, q)->letter);
		letter_free(l);
	}
}

void hub_world_store(struct hub_world *w)
{
	hub_mail_durable(&w->mail, w->posted, w->posted, DISK_FINE);
}

void hub_world_open(struct hub_world *w, unsigned client)
{
	struct hub_client *c = &w->clients[client];

	if (c->conn)
		return;
	*c = (struct hub_client){.conn = CONN_ID(0, ++w->n_conns, 1)};
	inbox_add(hub_mail_inbox(&w->mail), INBOX_OPENED, c->conn)->opened =
		(struct inbox_opened){.host = SPAN("192.0.2.1"), .source = client + 1};
}

void hub_world_close(struct hub_world *w, unsigned client)
{
	struct hub_client *c = &w->clients[client];

	if (!c->conn)
		return;
	inbox_add(hub_mail_inbox(&w->mail), INBOX_CLOSED, c->conn)->reason = SPAN("gone");
	c->conn = 0;
}

// Free are those of the purse FREE, a line that is none, and the parts of a batch, which is
// paid for at its end.
static bool is_paid(struct span text)
{
	static const char *const unpaid[] = {"PING", "PONG",       "MARKREAD", "QUIT",
					     "CERT", "CLIENTCERT", "BATCH"};
	struct msg m;

	if (msg_parse(&m, text) != MSG_OK || span_starts(text, SPAN("@")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(unpaid); i++) {
		if (span_eq_fold(m.command, span_of(unpaid[i])))
			return false;
	}
	return true;
}

void hub_world_line(struct hub_world *w, unsigned client, struct span text)
{
	struct hub_client *c = &w->clients[client];

	if (!c->conn || !text.len || !utf8_is_valid(text) || memchr(text.at, '\r', text.len) ||
	    memchr(text.at, '\0', text.len) || text.len > 8191)
		return;
	c->unasked += !is_paid(text);
	hub_mail_line(&w->mail, c->conn, text);
}

void hub_world_new(struct hub_world *w)
{
	const uint8_t seed[32] = {1};
	const struct entry history = {
		.kind = ENTRY_SETTING,
		.setting = {SPAN(SETTING_HISTORY), SPAN("0123456789abcdef")}};
	struct hub_config config = {
		.name = SPAN("fuzz"),
		.network = SPAN("Fuzz"),
		.motd = SPAN("hello"),
		.version = SPAN("fuzz"),
		.link = {.host = "fuzz", .port = LINK_PORT},
		.registration = REGISTRATION_OPEN,
		.n_shards = 1,
		// A token a second, so that a purse tells what was paid; never empty.
		.lines_per_second = 1,
		.asks_per_second = 1,
		.lines_burst = 100 * 1000 * 1000,
		.asks_burst = 100 * 1000 * 1000,
		.oidc = {.issuer = SPAN("https://id.fuzz")},
		.recheck_ms = 60 * 1000,
		.sign_in_makes = true,
		.bot_times = 1,
		.bridge_times = 1,
	};

	if (sodium_init() < 0)
		abort();
	w->now = (struct hub_time){.mono_ms = 1000000, .wall_ms = 1767225600000};
	w->hub = hub_new(&config, seed);
	hub_load(w->hub, &history);
}

bool hub_world_begin(struct hub_world *w, char **error)
{
	*error = NULL;
	return hub_loaded(w->hub, w->now, error);
}

void hub_world_end(struct hub_world *w)
{
	for (int i = 0; i < LAST_TURNS; i++) {
		hub_world_store(w);
		hub_world_turn(w);
	}
	hub_mail_clear(&w->mail);
	hub_free(w->hub);
	for (size_t i = 0; i < w->n_journals; i++)
		journal_free(w->journals[i]);
}
