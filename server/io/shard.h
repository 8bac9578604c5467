// SPDX-License-Identifier: MIT
// A shard: some of the server's connections, and the loop's part in serving them.
//
// It runs in a thread of its own (shard_run) or inside the caller's loop, by the same
// letters: inbox to the hub, one a turn; outbox, settings and stop from the server. One
// turn is: handlers read; shard_collect() posts what was read; shard_flush() takes the
// letters, queues their lines and writes each connection once.
// Owner: the thread whose loop it was made with.
#pragma once

#include "common/loop.h"
#include "common/mailbox.h"
#include "common/span.h"
#include "common/thread.h"
#include "common/tls.h"
#include "server/io/conn.h"
#include "server/io/listener.h"

struct shard;

struct shard_config {
	unsigned number;                 // of this shard
	unsigned n_shards;               // the pre-login limit is shared
	struct span name;                // of the server, for PING
	const struct listening *sockets; // borrowed: they outlive the shard
	size_t n_sockets;
	struct tls_context *tls;    // the shard's own from now on
	struct web_names *names;    // the same; NULL: there is no web
	struct io_counts *counts;   // borrowed: they outlive the shard
	const struct proof *proof;  // borrowed, as the counts; NULL: a lasting one
	const struct cidr *proxies; // borrowed, as the sockets are
	size_t n_proxies;
	int64_t connections_per_source; // not logged in; 0: no limit
	int64_t unknown_connections;    // not logged in, in all shards; 0: no limit
	size_t conns_max;               // 0: what ids can name
	struct conn_times times;        // all zero: limits.h
	int64_t nudge_after_ms;         // the same
	bool binds;                     // the hub wants to know what binds to a stream
	struct mailbox *files;          // of who has them on disk; NULL: nobody sends any
	size_t transfers_max;           // in this shard; 0: its part of TRANSFERS_MAX
	int64_t transfers_per_source;   // 0: limits.h
	int64_t transfer_ms;            // the same
	int64_t porch_ms;               // the same
	struct thread_begin begin;      // of a thread of its own
};

// Server -> shard: LETTER_SETTINGS. The shard frees it and keeps context and names; live
// connections go on with the old context. Without a context both stay.
struct shard_settings {
	struct letter letter;
	struct tls_context *tls;
	struct web_names *names;
	int64_t connections_per_source, unknown_connections;
};

MUST_USE struct shard_settings *shard_settings_new(struct tls_context *tls,
						   struct web_names *names,
						   int64_t connections_per_source,
						   int64_t unknown_connections);

// Inbox letters go to `hub`.
MUST_USE struct shard *shard_new(const struct shard_config *config, struct loop *loop,
				 struct mailbox *hub);
// Ends what is still connected. NULL is accepted.
void shard_free(struct shard *s);
// Where its letters are put; any thread.
MUST_USE struct mailbox *shard_mailbox(struct shard *s);
// The first and the last part of the end of a turn; between them a hub in the same
// thread may have its turn.
void shard_collect(struct shard *s);
void shard_flush(struct shard *s);
// After LETTER_STOP: everybody has got their last lines.
MUST_USE bool shard_is_done(const struct shard *s);

// A thread with a loop and a shard of its own, until LETTER_STOP and the last farewell.
struct shard_thread;
MUST_USE struct shard_thread *shard_thread_start(const struct shard_config *config,
						 struct mailbox *hub);
MUST_USE struct mailbox *shard_thread_mailbox(struct shard_thread *t);
// Puts LETTER_STOP, so that several say goodbye at the same time. NULL is accepted.
void shard_thread_stop(struct shard_thread *t);
// Waits for the end of a thread that was told to stop, and frees. NULL is accepted.
void shard_thread_join(struct shard_thread *t);
