// SPDX-License-Identifier: MIT
// The load generator: thousands of TLS clients in one process, one loop.
//
// Every message names its sender, its number and its moment, so that each receiver can
// tell loss, repetition and disorder, and how long it took. Owner: main's stack.
#pragma once

#include "common/buf.h"
#include "common/frame.h"
#include "common/loop.h"
#include "common/net.h"
#include "common/tls.h"

#include <stdint.h>
#include <stdio.h>

enum load_login { LOGIN_SASL, LOGIN_PASS, LOGIN_CERT, LOGIN_NONE };

struct load_options {
	const char *address;    // ADDR:PORT
	const char *accounts;   // file of NAME<TAB>SECRET lines
	const char *cert, *key; // what the clients show; NULL: nothing
	enum load_login login;
	int clients, senders, rooms;
	int messages;   // of each sender
	int rate;       // messages a second in all; 0: closed loop
	int window;     // closed loop: unconfirmed messages of each sender
	int size;       // bytes of text
	int pid;        // server, for its CPU and memory; 0: unknown
	int at_once;    // connections being set up at the same time
	int patience_s; // give up after so long without progress
	int hold_s;     // keep the connections idle so long and measure the server
	int idle;       // so many of the clients, the last ones, join nothing
	int logins;     // only log in, this often in all, each time anew; 0: stay
	bool enrol;     // let the certificate of this connection log in from now on
	bool echo;      // senders ask for their own messages: the time is in ack_*
	bool persist;   // whoever is turned away before it is logged in tries again
	bool pings;     // neighbours throw a direct message to and fro
	bool web;       // over WebSocket
};

enum client_state {
	CLIENT_NEW,
	CLIENT_CONNECTING,
	CLIENT_HANDSHAKE,
	CLIENT_LOGIN,
	CLIENT_JOIN,
	CLIENT_READY,
	CLIENT_DONE,
	CLIENT_DEAD
};

struct load;

struct client {
	struct load *load;
	int index, room, fd;
	enum client_state state;
	struct loop_fd *watch;
	struct tls *tls;
	struct frame frame;
	struct buf out;
	struct buf wire, in; // over WebSocket: frames of `out`, and what came
	size_t taken;        // of `in`
	bool is_open;        // its request was answered
	int64_t born_ns;
	char name[40], secret[128];
	// As a sender: what was sent, and what its witness has received.
	int sent, witnessed;
	int32_t *next; // per sender of its room: the number expected
};

// Microseconds, in the order they were measured.
struct times {
	uint32_t *us;
	size_t n, space;
};

// What /proc and the sockets tell at a moment; later the difference of two.
struct gauge {
	double server_cpu_s, own_cpu_s;
	int64_t ns, bytes, wire_bytes; // received by the clients, before and in TLS
	int64_t switches;              // of the server's threads, of either kind
};

struct load {
	struct load_options options;
	struct loop *loop;
	struct loop_timer *timer;
	struct loop_hook *at_turn_end;
	struct tls_context *tls;
	struct net_address address;
	struct client *clients;
	int n_started, n_ready, n_dead, n_again, n_logins, senders_per_room;
	int64_t started_ns, progress_ns;
	int64_t expected, received, lost, repeated, disordered, bytes;
	int64_t rate_sent;
	struct times latency, acks;
	struct gauge setup, held, run;
	int64_t idle_rss;
	bool is_running;
};

int64_t load_now_ns(void);
void client_start(struct client *c);
void client_send(struct client *c, const char *line);
void client_flush(struct client *c);
// Closes a client that is done with.
void client_close(struct client *c);
// Called by the client side.
void load_on_ready(struct load *l, struct client *c);
void load_on_dead(struct load *l, struct client *c, const char *why);
void load_on_text(struct load *l, struct client *c, struct span text);

// load_web.c: lines as messages of a WebSocket. The context is for such clients.
void web_prepare(struct tls_context *tls);
void web_ask(struct client *c);
// What is in `out` goes into `wire`.
void web_wrap(struct client *c);
// The next text message of what came; false when there is no whole one. Borrowed until
// web_forget(), which drops what was taken.
MUST_USE bool web_next(struct client *c, struct span *line);
void web_forget(struct client *c);
MUST_USE bool web_is_open(struct client *c);

// load_talk.c: what is said, when, and what of it arrived.
void talk_start(struct load *l);
void talk_finish(struct load *l);
// What the rate asks for until now.
void talk_at_rate(struct load *l);

void times_add(struct times *t, int64_t ns);
struct gauge gauge_now(const struct load *l);
struct gauge gauge_since(const struct load *l, const struct gauge *from);
int64_t process_rss(int pid);
void load_report(struct load *l, FILE *to);
