// SPDX-License-Identifier: MIT
// The whole hub against a few clients that send anything at all.
//
// The input is lines. A line "0 ..." to "5 ..." is what that client sends; "o" and "c"
// with a digit open and close a connection, "s" and "d" stall and drain it; "t" lets time
// pass, "w" stores what waits, "r" restarts the clock. Whatever comes: no crash, and each
// line that leaves is one whole, valid line.
#include "common/utf8.h"
#include "server/hub/people/account.h"
#include "server/hub/hub.h"
#include "server/hub/hub_load.h"
#include "server/letters/letter.h"
#include "tests/support/hub_mail.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define CLIENTS 6
#define KEPT 64
#define LINES_MAX 300
#define TAGS_MAX (4 * 8191)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct hub *hub;
	struct hub_time now;
	struct hub_mail mail;
	struct journal *journals[KEPT];
	size_t n_journals;
	entry_no posted;
	conn_id conns[CLIENTS];
	uint32_t n_conns;
};

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

static void deliver(UNUSED void *arg, const struct outbox *out)
{
	for (size_t i = 0; i < out->n_items; i++) {
		const struct outbox_item *item = &out->items[i];

		if (item->kind == OUTBOX_LINE)
			check_line(span_from(out->bytes.at + item->at, item->len));
	}
}

static void hash(struct hash_job *job)
{
	job->result = HASH_OK;
	snprintf(job->phc, sizeof(job->phc), "$fuzz$");
}

static void keep(struct world *w, struct journal *j)
{
	w->posted = j->first + j->n_entries - 1;
	if (w->n_journals == KEPT)
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

// Something like an answer, out of what was posted.
static struct rows *answer(const struct world *w, const struct query *q)
{
	struct rows *rows = rows_new(q->ticket);

	for (size_t i = 0; i < w->n_journals; i++) {
		for (size_t n = 0; n < w->journals[i]->n_entries; n++) {
			const struct entry *e = &w->journals[i]->entries[n];
			struct rows_target *t;

			if (e->kind != ENTRY_MESSAGE || rows->n_messages >= (size_t)q->limit)
				continue;
			if (wants(q, &e->message))
				*rows_add_message(rows) = e->message;
			if (q->kind != QUERY_TARGETS)
				continue;
			t = rows_add_target(rows);
			t->stream = e->message.stream;
			t->time_ms = e->message.time_ms;
		}
	}
	return rows;
}

static void turn(struct world *w)
{
	struct letter *l;

	w->now.mono_ms++;
	w->now.wall_ms++;
	hub_mail_turn(&w->mail, w->hub, w->now,
		      &(struct hub_mail_way){.deliver = deliver, .hash = hash});
	while ((l = letter_take(&w->mail.journals)))
		keep(w, container_of(l, struct journal, letter));
	while ((l = letter_take(&w->mail.queries))) {
		const struct query *q = container_of(l, struct query, letter);

		letter_add(&w->mail.letters, &answer(w, q)->letter);
		letter_free(l);
	}
}

static void store(struct world *w)
{
	hub_mail_durable(&w->mail, w->posted, w->posted, DISK_FINE);
}

static void open_client(struct world *w, unsigned i)
{
	if (w->conns[i])
		return;
	w->conns[i] = CONN_ID(0, ++w->n_conns, 1);
	inbox_add(hub_mail_inbox(&w->mail), INBOX_OPENED, w->conns[i])->opened =
		(struct inbox_opened){.host = SPAN("192.0.2.1"), .source = i + 1};
}

static void send_line(struct world *w, unsigned i, struct span text)
{
	if (!w->conns[i] || !text.len || !utf8_is_valid(text) ||
	    memchr(text.at, '\r', text.len) || memchr(text.at, '\0', text.len) ||
	    text.len > 8191)
		return;
	hub_mail_line(&w->mail, w->conns[i], text);
}

static void login(struct world *w, unsigned i)
{
	char line[64];

	open_client(w, i);
	if (i % 2)
		send_line(w, i,
			  SPAN("CAP REQ :message-tags server-time echo-message batch "
			       "labeled-response draft/chathistory draft/event-playback "
			       "draft/multiline draft/message-redaction draft/read-marker "
			       "snug.chat/exactly-once snug.chat/sequence soju.im/search"));
	snprintf(line, sizeof(line), "PASS p%u:secret", i % 3);
	send_line(w, i, span_of(line));
	snprintf(line, sizeof(line), "NICK p%u", i % 3);
	send_line(w, i, span_of(line));
	send_line(w, i, SPAN("USER p 0 * :p"));
	send_line(w, i, SPAN("CAP END"));
	send_line(w, i, SPAN("JOIN #den"));
}

static void play_line(struct world *w, struct span line)
{
	char what = line.at[0];
	unsigned i = line.len > 1 ? (unsigned char)line.at[1] % CLIENTS : 0;

	if (what >= '0' && what < '0' + CLIENTS) {
		send_line(w, (unsigned)(what - '0'), span_after(line, 1));
	} else if (what == 'o') {
		open_client(w, i);
	} else if (what == 'c' && w->conns[i]) {
		inbox_add(hub_mail_inbox(&w->mail), INBOX_CLOSED, w->conns[i])->reason =
			SPAN("gone");
		w->conns[i] = 0;
	} else if (what == 's' && w->conns[i]) {
		inbox_add(hub_mail_inbox(&w->mail), INBOX_STALLED, w->conns[i])->after =
			w->posted;
	} else if (what == 'd' && w->conns[i]) {
		inbox_add(hub_mail_inbox(&w->mail), INBOX_DRAINED, w->conns[i]);
	} else if (what == 't') {
		w->now.mono_ms += 10000;
		w->now.wall_ms += 10000;
	} else if (what == 'w') {
		store(w);
	} else if (what == 'r') {
		w->now.wall_ms -= 3600000;
	}
}

static void begin(struct world *w)
{
	const uint8_t seed[32] = {1};
	const struct entry history = {
		.kind = ENTRY_SETTING,
		.setting = {SPAN(SETTING_HISTORY), SPAN("0123456789abcdef")}};
	char *error = NULL;
	struct hub_config config = {
		.name = SPAN("fuzz"),
		.network = SPAN("Fuzz"),
		.motd = SPAN("hello"),
		.version = SPAN("fuzz"),
		.link = {.host = "fuzz", .port = LINK_PORT},
		.registration = REGISTRATION_OPEN,
		.n_shards = 1,
	};

	if (sodium_init() < 0)
		abort();
	w->now = (struct hub_time){.mono_ms = 1000000, .wall_ms = 1767225600000};
	w->hub = hub_new(&config, seed);
	hub_load(w->hub, &history);
	if (!hub_loaded(w->hub, w->now, &error))
		abort();
	for (unsigned i = 0; i < 3; i++) {
		char name[3] = {'p', (char)('0' + i), '\0'};
		struct account *a = account_new(w->hub, span_of(name), SPAN("$fuzz$"));

		a->role = i == 0 ? ROLE_ADMIN : ROLE_USER;
	}
	for (unsigned i = 0; i < 4; i++) {
		login(w, i);
		turn(w);
		turn(w);
	}
}

static void finish(struct world *w)
{
	// All that is asked is answered, so that nothing is held any more.
	for (int i = 0; i < 20; i++) {
		store(w);
		turn(w);
	}
	hub_mail_clear(&w->mail);
	hub_free(w->hub);
	for (size_t i = 0; i < w->n_journals; i++)
		journal_free(w->journals[i]);
}

// Proves B3.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_from(data, size);
	struct world w = {0};

	begin(&w);
	for (int i = 0; i < LINES_MAX && rest.len; i++) {
		struct span line = span_cut(&rest, '\n');

		if (line.len)
			play_line(&w, line);
		turn(&w);
	}
	finish(&w);
	return 0;
}
