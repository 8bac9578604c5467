// SPDX-License-Identifier: MIT
// A shard on a loopback port, a hub that only writes down what it hears, and TLS peers,
// all in one thread.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/net.h"
#include "server/io/shard.h"
#include "server/io/web.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/letters/outbox.h"
#include "tests/support/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVENTS_MAX 4096

struct heard {
	enum inbox_kind kind;
	enum inbox_fault fault;
	conn_id conn;
	char text
		[200]; // command and first parameter; bad: tags and command; host; or the reason
	entry_no after; // stalled
	bool begun;
	// Of what is asked about a file.
	enum route route;
	struct file_id file;
	uint64_t length;
	unsigned char hash[FILE_HASH_LEN];
};

struct world {
	char dir[64];
	struct loop *loop;
	struct mailbox *hub, *files;
	struct shard *shard;
	struct shard_config config;
	struct io_counts counts;
	struct listening socket;
	struct net_address address;
	struct tls_context *client_tls;
	struct heard heard[EVENTS_MAX];
	size_t n_heard, n_letters;
};

struct peer {
	struct tls *tls;
	int fd;
	struct buf got;
	bool closed, broken;
};

static inline void in_dir(const struct world *w, const char *name, char out[static 128])
{
	snprintf(out, 128, "%s/%s", w->dir, name);
}

static inline struct tls_context *world_tls(struct world *w, const char *name)
{
	char cert[128], key[128], cert_name[32], key_name[32], *error = NULL;
	struct tls_context *tls;

	snprintf(cert_name, sizeof(cert_name), "%s.pem", name);
	snprintf(key_name, sizeof(key_name), "%s.key", name);
	in_dir(w, cert_name, cert);
	in_dir(w, key_name, key);
	assert_true(tls_make_certificate(cert, key, "localhost", 10, &error));
	tls = tls_context_server(cert, key, &error);
	assert_non_null(tls);
	unlink(cert);
	unlink(key);
	return tls;
}

// An hour for everything, unless a test is about times: no busy machine ends a connection.
#define LONG_MS (60 * 60 * 1000)

// `times` NULL: LONG_MS. `per_source` 0: no limit.
static inline struct world *world_made(const struct transport *transport,
				       const struct conn_times *times, int64_t per_source)
{
	struct world *w = xcalloc(1, sizeof(*w));
	char *error = NULL;

	snprintf(w->dir, sizeof(w->dir), "/tmp/snug-io-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->loop = loop_new();
	w->hub = mailbox_new();
	w->files = mailbox_new();
	assert_true(net_parse(&w->address, SPAN("127.0.0.1:0")));
	w->socket = (struct listening){net_listen(&w->address), transport};
	assert_true(w->socket.fd >= 0);
	assert_true(net_bound(w->socket.fd, &w->address));
	w->client_tls = tls_context_client(NULL, NULL, &error);
	assert_non_null(w->client_tls);
	w->config = (struct shard_config){
		.name = SPAN("test.host"),
		.sockets = &w->socket,
		.n_sockets = 1,
		.tls = world_tls(w, "first"),
		.counts = &w->counts,
		.names = web_names_new(SPAN("localhost here.example"),
				       SPAN("https://there.example:8443"), false),
		.connections_per_source = per_source,
		.files = w->files,
		.times = {LONG_MS, LONG_MS, LONG_MS, LONG_MS, LONG_MS},
	};
	if (times)
		w->config.times = *times;
	return w;
}

static inline struct world *world_with(const struct transport *transport,
				       const struct conn_times *times, int64_t per_source)
{
	struct world *w = world_made(transport, times, per_source);

	w->shard = shard_new(&w->config, w->loop, w->hub);
	return w;
}

static inline struct world *world_new(const struct conn_times *times, int64_t per_source)
{
	return world_with(&tls_lines, times, per_source);
}

// What the hub hears of a file that comes, or is wanted.
static inline void write_down_file(struct heard *heard, const struct web_question *asked)
{
	heard->file = asked->file;
	heard->length = asked->length;
	memcpy(heard->hash, asked->hash, FILE_HASH_LEN);
	snprintf(heard->text, sizeof(heard->text),
		 SPAN_FMT "|" SPAN_FMT "|" SPAN_FMT "|" SPAN_FMT, SPAN_ARG(asked->query),
		 SPAN_ARG(asked->authorization), SPAN_ARG(asked->type),
		 SPAN_ARG(asked->disposition));
}

static inline void write_down(struct world *w, const struct inbox_event *event)
{
	struct heard *heard = &w->heard[w->n_heard++];

	assert_true(w->n_heard < EVENTS_MAX);
	*heard = (struct heard){.kind = event->kind,
				.conn = event->conn,
				.after = event->after,
				.begun = event->begun};
	if (event->kind == INBOX_LINE)
		snprintf(heard->text, sizeof(heard->text), SPAN_FMT "%s" SPAN_FMT,
			 SPAN_ARG(event->msg.command), event->msg.n_params ? " " : "",
			 SPAN_ARG(msg_param(&event->msg, 0)));
	if (event->kind == INBOX_OPENED)
		snprintf(heard->text, sizeof(heard->text), SPAN_FMT,
			 SPAN_ARG(event->opened.host));
	if (event->kind == INBOX_ASKED)
		heard->route = event->asked.route;
	if (event->kind == INBOX_ASKED && event->asked.route >= ROUTE_FILE_PUT)
		write_down_file(heard, &event->asked);
	else if (event->kind == INBOX_ASKED)
		snprintf(heard->text, sizeof(heard->text),
			 "%u " SPAN_FMT " " SPAN_FMT " " SPAN_FMT " " SPAN_FMT,
			 (unsigned)event->asked.route, SPAN_ARG(event->asked.rest),
			 SPAN_ARG(event->asked.type), SPAN_ARG(event->asked.key),
			 SPAN_ARG(event->asked.body));
	if (event->kind == INBOX_CLOSED)
		snprintf(heard->text, sizeof(heard->text), SPAN_FMT, SPAN_ARG(event->reason));
	heard->fault = event->fault;
	if (event->kind == INBOX_BAD)
		snprintf(heard->text, sizeof(heard->text), SPAN_FMT " " SPAN_FMT,
			 SPAN_ARG(event->msg.tags), SPAN_ARG(event->msg.command));
}

static inline void hub_listens(struct world *w)
{
	struct letter *letter = mailbox_take(w->hub), *next;

	for (; letter; letter = next) {
		struct inbox *in = container_of(letter, struct inbox, letter);

		next = letter->next;
		assert_int_equal(letter->kind, LETTER_INBOX);
		for (size_t i = 0; i < in->n_events; i++)
			write_down(w, &in->events[i]);
		w->n_letters++;
		inbox_free(in);
	}
}

static inline void turn(struct world *w)
{
	loop_turn(w->loop, 1); // time: a moment for the loopback
	shard_collect(w->shard);
	shard_flush(w->shard);
	hub_listens(w);
}

static inline void turns(struct world *w, int count)
{
	for (int i = 0; i < count; i++)
		turn(w);
}

static inline void world_free(struct world *w)
{
	struct letter *late;

	shard_free(w->shard);
	hub_listens(w);
	mailbox_free(w->hub);
	late = mailbox_take(w->files);
	letters_free(&late);
	mailbox_free(w->files);
	tls_context_free(w->client_tls);
	loop_free(w->loop);
	close(w->socket.fd);
	rmdir(w->dir);
	free(w);
}

static inline int raw_connect(struct world *w)
{
	int fd = net_connect(&w->address);

	assert_true(fd >= 0);
	turns(w, 2);
	return fd;
}

static inline size_t count(const struct world *w, enum inbox_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_heard; i++)
		n += w->heard[i].kind == kind;
	return n;
}

static inline struct peer peer_connect(struct world *w)
{
	struct peer p = {.fd = raw_connect(w)};
	enum tls_result result;
	int64_t began = clock_mono_ms();

	p.tls = tls_new(w->client_tls, p.fd, "localhost");
	size_t before = count(w, INBOX_OPENED);
	while ((result = tls_handshake(p.tls)) != TLS_OK) {
		assert_int_equal(result, TLS_WANT_READ);
		turn(w);
		assert_true(clock_mono_ms() - began < PATIENCE_MS);
	}
	WAIT_UNTIL(count(w, INBOX_OPENED) > before, turn(w));
	return p;
}

static inline void peer_free(struct peer *p)
{
	tls_free(p->tls);
	close(p->fd);
	buf_clear(&p->got);
}

static inline void peer_say(struct world *w, struct peer *p, const char *text)
{
	assert_int_equal(tls_write(p->tls, text, strlen(text)), TLS_OK);
	turns(w, 5);
}

// Whatever has come so far.
static inline const char *peer_hears(struct peer *p)
{
	enum tls_result result;

	do {
		char *to = buf_space(&p->got, 16384);
		size_t got = 0;

		result = tls_read(p->tls, to, 16384, &got);
		p->got.len += got;
	} while (result == TLS_OK);
	p->closed = result == TLS_CLOSED;
	p->broken = result == TLS_BROKEN;
	return buf_str(&p->got);
}

// The newest connection that was opened.
static inline conn_id last_conn(const struct world *w)
{
	for (size_t i = w->n_heard; i-- > 0;) {
		if (w->heard[i].kind == INBOX_OPENED)
			return w->heard[i].conn;
	}
	return 0;
}

static inline const struct heard *last_heard(const struct world *w)
{
	assert_true(w->n_heard > 0);
	return &w->heard[w->n_heard - 1];
}

// What the hub sends: one letter each.
static inline void post(struct world *w, struct outbox *out)
{
	mailbox_put(shard_mailbox(w->shard), &out->letter);
}

static inline void send_line(struct world *w, conn_id conn, const char *text, entry_no after)
{
	struct outbox *out = outbox_new();

	outbox_line(out, span_of(text), after, false);
	outbox_to(out, conn);
	post(w, out);
}

static inline void send_item(struct world *w, enum outbox_kind kind, conn_id conn, uint32_t n)
{
	struct outbox *out = outbox_new();
	struct outbox_item *item = outbox_add(out, kind);

	item->conn = conn;
	item->count = n;
	post(w, out);
}

static inline void send_parting(struct world *w, conn_id conn, entry_no after,
				enum parting parting, const char *reason)
{
	struct outbox *out = outbox_new();

	outbox_close(out, conn, after, parting, span_of(reason));
	post(w, out);
}

static inline void send_durable(struct world *w, entry_no durable)
{
	struct outbox *out = outbox_new();

	out->durable = durable;
	post(w, out);
}
