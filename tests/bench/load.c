// SPDX-License-Identifier: MIT
// snugload: connects many accounts over TLS, lets some talk, checks what everyone gets.
//
// Ends with 0 when every message reached every other member of its room exactly once and
// in order. See `snugload --help` and tests/bench/load.h.
#include "tests/bench/load.h"

#include "common/die.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t load_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void hold(struct load *l)
{
	struct gauge before = gauge_now(l);

	sleep((unsigned)l->options.hold_s);
	l->held = gauge_since(l, &before);
}

void load_on_ready(struct load *l, struct client *c)
{
	int64_t now = load_now_ns();

	l->n_ready++;
	l->progress_ns = now;
	if (l->options.logins) {
		times_add(&l->latency, now - c->born_ns);
		c->state = CLIENT_DONE;
		if (++l->n_logins == l->options.logins)
			talk_finish(l);
		return;
	}
	if (l->n_started < l->options.clients)
		client_start(&l->clients[l->n_started++]);
	if (l->n_ready < l->options.clients)
		return;
	l->setup = gauge_since(l, &l->setup);
	if (l->options.hold_s)
		hold(l);
	l->idle_rss = process_rss(l->options.pid);
	talk_start(l);
}

// Whoever logged in and is done begins anew: not while its bytes are being read.
static void on_turn_end(void *arg)
{
	struct load *l = arg;

	for (int i = 0; i < l->n_started; i++)
		if (l->clients[i].state == CLIENT_DONE &&
		    (l->is_running || l->options.persist)) {
			client_close(&l->clients[i]);
			client_start(&l->clients[i]);
		}
}

void load_on_dead(struct load *l, struct client *c, const char *why)
{
	if (l->n_dead++ < 5)
		fprintf(stderr, "client %s: %s\n", c->name, why);
	if (!l->is_running)
		loop_stop(l->loop);
}

static void on_tick(void *arg)
{
	struct load *l = arg;

	loop_timer_set(l->timer, l->options.rate ? 1 : 100);
	if (load_now_ns() - l->progress_ns > (int64_t)l->options.patience_s * 1000000000) {
		fprintf(stderr, "no progress for %d s\n", l->options.patience_s);
		talk_finish(l);
		loop_stop(l->loop);
		return;
	}
	talk_at_rate(l);
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

// One option a line otherwise, and three lines a case.
// clang-format off
static const struct option long_options[] = {
	{"address", 1, 0, 'a'},	 {"accounts", 1, 0, 'f'}, {"clients", 1, 0, 'c'},
	{"senders", 1, 0, 's'},	 {"rooms", 1, 0, 'r'},	  {"messages", 1, 0, 'm'},
	{"rate", 1, 0, 'q'},	 {"window", 1, 0, 'w'},	  {"size", 1, 0, 'b'},
	{"pid", 1, 0, 'p'},	 {"at-once", 1, 0, 'o'},  {"patience", 1, 0, 't'},
	{"login", 1, 0, 'l'},	 {"hold", 1, 0, 'h'},	  {"idle", 1, 0, 'i'},
	{"logins", 1, 0, 'n'},	 {"cert", 1, 0, 'C'},	  {"key", 1, 0, 'K'},
	{"enrol", 0, 0, 'E'},	 {"echo", 0, 0, 'e'},	  {"pings", 0, 0, 'P'},
	{"persist", 0, 0, 'R'},	 {"web", 0, 0, 'W'},
	{0},
};
// clang-format on

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static void parse(struct load_options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		// clang-format off
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
		case 'i': o->idle = number(optarg); break;
		case 'n': o->logins = number(optarg); break;
		case 'C': o->cert = optarg; break;
		case 'K': o->key = optarg; break;
		case 'E': o->enrol = true; break;
		case 'e': o->echo = true; break;
		case 'P': o->pings = true; break;
		case 'R': o->persist = true; break;
		case 'W': o->web = true; break;
		// clang-format on
		case 'l':
			o->login = !strcmp(optarg, "pass")   ? LOGIN_PASS
				   : !strcmp(optarg, "none") ? LOGIN_NONE
				   : !strcmp(optarg, "cert") ? LOGIN_CERT
							     : LOGIN_SASL;
			break;
		default:
			die(2,
			    "usage: snugload --address ADDR:PORT --accounts FILE [--clients N] "
			    "[--idle N] [--rooms N] [--senders N] [--messages N] "
			    "[--rate N | --window N] [--size BYTES] [--pid SERVER] [--hold S] "
			    "[--login sasl|pass|cert|none] [--cert FILE --key FILE] [--enrol] "
			    "[--logins N] [--echo] [--pings] [--persist] [--web]");
		}
}

static void set_up(struct load *l)
{
	char *error = NULL;

	if (!l->options.address || !net_parse(&l->address, span_of(l->options.address)))
		die(2, "--address ADDR:PORT is needed");
	l->tls = tls_context_client(l->options.cert, l->options.key, &error);
	if (!l->tls)
		die(1, "%s", error);
	if (l->options.web)
		web_prepare(l->tls);
	l->clients = xcalloc((size_t)l->options.clients, sizeof(*l->clients));
	read_accounts(l);
	l->senders_per_room = l->options.pings ? 1 : l->options.senders / l->options.rooms;
	for (int i = 0; i < l->options.clients; i++) {
		l->clients[i].load = l;
		l->clients[i].index = i;
		l->clients[i].room = i % l->options.rooms;
		l->clients[i].next = xcalloc((size_t)l->senders_per_room + 1, sizeof(int32_t));
	}
	l->loop = loop_new();
	l->timer = loop_timer_new(l->loop, on_tick, l);
	l->at_turn_end = loop_at_turn_end(l->loop, on_turn_end, l);
	loop_timer_set(l->timer, 100);
	l->started_ns = l->progress_ns = load_now_ns();
	l->setup = gauge_now(l);
	l->run = l->setup;
	l->is_running = l->options.logins > 0;
}

int main(int argc, char **argv)
{
	struct load l = {.options = {.clients = 100,
				     .senders = 10,
				     .rooms = 1,
				     .messages = 100,
				     .window = 1,
				     .size = 100,
				     .at_once = 32,
				     .patience_s = 20}};

	parse(&l.options, argc, argv);
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	set_up(&l);
	while (l.n_started < l.options.clients && l.n_started < l.options.at_once)
		client_start(&l.clients[l.n_started++]);
	loop_run(l.loop);
	load_report(&l, stdout);
	if (l.options.logins)
		return l.n_logins >= l.options.logins && !l.n_dead ? 0 : 1;
	return l.received == l.expected && l.n_ready == l.options.clients && !l.n_dead &&
			       !l.repeated && !l.disordered
		       ? 0
		       : 1;
}
