// SPDX-License-Identifier: MIT
// snugload: connects many accounts over TLS, lets some talk, checks what everyone gets.
//
// Ends with 0 when every message reached every other member of its room exactly once and
// in order. See `snugload --help` and tests/bench/load.h.
#include "tests/bench/load.h"

#include "common/die.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LATENCY_MAX (8 * 1000 * 1000)

int64_t load_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double own_cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

// Clients stand in rooms round robin; the first ones of each room are its senders.
static int sender_of(const struct load *l, const struct client *c)
{
	int place = c->index / l->options.rooms;

	return place < l->senders_per_room ? place : -1;
}

static void say(struct load *l, struct client *c)
{
	char text[2048];
	int n = snprintf(text, sizeof(text), "PRIVMSG #load%d :%d %d %lld ", c->room,
			 sender_of(l, c), c->sent++, (long long)load_now_ns());

	while (n < l->options.size && n < (int)sizeof(text) - 1)
		text[n++] = 'x';
	text[n] = 0;
	client_send(c, text);
}

static void pump(struct load *l, struct client *c)
{
	while (c->sent < l->options.messages && c->sent - c->witnessed < l->options.window)
		say(l, c);
	client_flush(c);
}

static void finish(struct load *l)
{
	if (!l->is_running)
		return;
	l->is_running = false;
	l->ended_ns = load_now_ns();
	l->server_cpu_s = process_cpu_s(l->options.pid) - l->server_cpu_s;
	l->own_cpu_s = own_cpu_s() - l->own_cpu_s;
	loop_stop(l->loop);
}

// "SENDER NUMBER NANOSECONDS …"
void load_on_text(struct load *l, struct client *c, struct span text)
{
	char copy[64] = "";
	int sender, number;
	long long at;

	memcpy(copy, text.at, text.len < sizeof(copy) - 1 ? text.len : sizeof(copy) - 1);
	if (!l->is_running || sscanf(copy, "%d %d %lld", &sender, &number, &at) != 3 ||
	    at < l->started_ns || sender < 0 || sender >= l->senders_per_room)
		return;
	if (number < c->next[sender]) {
		l->repeated++;
	} else {
		l->disordered += number > c->next[sender];
		c->next[sender] = number + 1;
	}
	l->received++;
	l->progress_ns = load_now_ns();
	if (l->n_latency < l->latency_space)
		l->latency_us[l->n_latency++] = (uint32_t)((l->progress_ns - at) / 1000);
	// The next client of the room is the sender's witness: it opens the window.
	struct client *from = &l->clients[sender * l->options.rooms + c->room];

	if (!l->options.rate && c->index == (from->index + l->options.rooms) % l->options.clients) {
		from->witnessed = number + 1;
		pump(l, from);
	}
	if (l->received >= l->expected)
		finish(l);
}

static void start_talking(struct load *l)
{
	int per_room = l->options.clients / l->options.rooms;

	l->setup_ns = load_now_ns() - l->started_ns;
	l->setup_cpu_s = process_cpu_s(l->options.pid) - l->server_cpu_s;
	l->expected = (int64_t)l->senders_per_room * l->options.rooms * l->options.messages *
		      (per_room - 1);
	l->bytes = 0;
	l->started_ns = l->progress_ns = load_now_ns();
	l->server_cpu_s = process_cpu_s(l->options.pid);
	l->own_cpu_s = own_cpu_s();
	l->is_running = true;
	if (l->expected == 0)
		finish(l);
	for (int i = 0; !l->options.rate && i < l->senders_per_room * l->options.rooms; i++)
		pump(l, &l->clients[i]);
}

void load_on_ready(struct load *l, struct client *c)
{
	(void)c;
	l->n_ready++;
	if (l->n_started < l->options.clients)
		client_start(&l->clients[l->n_started++]);
	if (l->n_ready == l->options.clients) {
		if (l->options.hold_s)
			sleep((unsigned)l->options.hold_s);
		start_talking(l);
	}
}

void load_on_dead(struct load *l, struct client *c, const char *why)
{
	if (l->n_dead++ < 5)
		fprintf(stderr, "client %s: %s\n", c->name, why);
	if (!l->is_running)
		loop_stop(l->loop);
}

// Every 10 ms: what the rate asks for, and the end of patience.
static void on_tick(void *arg)
{
	struct load *l = arg;
	int talkers = l->senders_per_room * l->options.rooms;
	int64_t now = load_now_ns();
	int64_t due = (now - l->started_ns) / 1000 * l->options.rate / 1000000;

	loop_timer_set(l->timer, l->options.rate ? 2 : 100);
	if (now - l->progress_ns > (int64_t)l->options.patience_s * 1000000000) {
		fprintf(stderr, "no progress for %d s\n", l->options.patience_s);
		if (l->is_running)
			finish(l);
		loop_stop(l->loop);
		return;
	}
	for (; l->is_running && l->options.rate && l->rate_sent < due; l->rate_sent++) {
		struct client *c = &l->clients[l->rate_sent % talkers];

		if (c->sent >= l->options.messages)
			break;
		say(l, c);
		client_flush(c);
	}
}

static void read_accounts(struct load *l)
{
	FILE *file = fopen(l->options.accounts, "r");
	int n = 0;

	if (!file)
		die(1, "cannot read %s", l->options.accounts);
	while (n < l->options.clients &&
	       fscanf(file, "%39s %127s", l->clients[n].name, l->clients[n].secret) == 2)
		n++;
	fclose(file);
	if (n < l->options.clients)
		die(1, "%s holds %d accounts, %d are needed", l->options.accounts, n,
		    l->options.clients);
}

static const struct option long_options[] = {
	{"address", 1, 0, 'a'},	 {"accounts", 1, 0, 'f'}, {"clients", 1, 0, 'c'},
	{"senders", 1, 0, 's'},	 {"rooms", 1, 0, 'r'},	  {"messages", 1, 0, 'm'},
	{"rate", 1, 0, 'q'},	 {"window", 1, 0, 'w'},	  {"size", 1, 0, 'b'},
	{"pid", 1, 0, 'p'},	 {"at-once", 1, 0, 'o'},  {"patience", 1, 0, 't'},
	{"login", 1, 0, 'l'},	 {"hold", 1, 0, 'h'},	  {0},
};

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static void parse(struct load_options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case 'a': o->address = optarg; break;
		case 'f': o->accounts = optarg; break;
		case 'c': o->clients = number(optarg); break;
		case 's': o->senders = number(optarg); break;
		case 'r': o->rooms = number(optarg); break;
		case 'm': o->messages = number(optarg); break;
		case 'q': o->rate = number(optarg); break;
		case 'w': o->window = number(optarg); break;
		case 'b': o->size = number(optarg); break;
		case 'p': o->pid = number(optarg); break;
		case 'o': o->at_once = number(optarg); break;
		case 't': o->patience_s = number(optarg); break;
		case 'h': o->hold_s = number(optarg); break;
		case 'l':
			o->login = !strcmp(optarg, "pass")   ? LOGIN_PASS
				   : !strcmp(optarg, "none") ? LOGIN_NONE
							     : LOGIN_SASL;
			break;
		default:
			die(2, "usage: snugload --address ADDR:PORT --accounts FILE [--clients N] "
			       "[--rooms N] [--senders N] [--messages N] [--rate N | --window N] "
			       "[--size BYTES] [--pid SERVER] [--login sasl|pass|none] [--hold S]");
		}
}

static void set_up(struct load *l)
{
	char *error = NULL;

	if (!l->options.address || !net_parse(&l->address, span_of(l->options.address)))
		die(2, "--address ADDR:PORT is needed");
	l->tls = tls_context_client(NULL, NULL, &error);
	if (!l->tls)
		die(1, "%s", error);
	l->clients = xcalloc((size_t)l->options.clients, sizeof(*l->clients));
	read_accounts(l);
	l->senders_per_room = l->options.senders / l->options.rooms;
	for (int i = 0; i < l->options.clients; i++) {
		l->clients[i].load = l;
		l->clients[i].index = i;
		l->clients[i].room = i % l->options.rooms;
		l->clients[i].next =
			xcalloc((size_t)l->senders_per_room + 1, sizeof(int32_t));
	}
	l->latency_space = LATENCY_MAX;
	l->latency_us = xmalloc(LATENCY_MAX * sizeof(*l->latency_us));
	l->loop = loop_new();
	l->timer = loop_timer_new(l->loop, on_tick, l);
	loop_timer_set(l->timer, 100);
	l->started_ns = l->progress_ns = load_now_ns();
	l->server_cpu_s = process_cpu_s(l->options.pid);
}

int main(int argc, char **argv)
{
	struct load l = {.options = {.clients = 100, .senders = 10, .rooms = 1, .messages = 100,
				     .window = 1, .size = 100, .at_once = 32, .patience_s = 20}};

	parse(&l.options, argc, argv);
	set_up(&l);
	while (l.n_started < l.options.clients && l.n_started < l.options.at_once)
		client_start(&l.clients[l.n_started++]);
	loop_run(l.loop);
	load_report(&l, stdout);
	return l.received == l.expected && l.n_ready == l.options.clients && !l.n_dead &&
			       !l.repeated && !l.disordered
		       ? 0
		       : 1;
}
