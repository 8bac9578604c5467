// SPDX-License-Identifier: MIT
// A server whose store another machine has: it waits, with everything at hand, and hears the
// admin socket and whoever manages it, and nobody else.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/admin_json.h"
#include "server/letters/letter.h"
#include "server/letters/lease.h"
#include "server/pair.h"
#include "server/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Says that it is alive so many times as often as whoever manages it wants to hear it.
#define TIMES_AS_OFTEN 4

struct standby {
	struct lease *lease;
	struct mailbox *box;
	struct loop_fd *mail;
	struct loop_timer *pulse; // NULL: nobody wants to know
	struct lease_news news;   // the newest
	int64_t since_ms;         // wall
	bool is_told;             // whoever manages it knows that it is up
	int code;                 // of a failure, after words on stderr
};

static void on_pulse(void *arg)
{
	struct server *s = arg;

	notify_say(&s->notify, "WATCHDOG=1");
	loop_timer_set(s->standby->pulse, s->notify.alive_ms / TIMES_AS_OFTEN);
}

// It is up as far as that goes without the store: nobody may take it for one that hangs.
static void tell_manager(struct server *s)
{
	const struct lease_news *n = &s->standby->news;
	struct buf words = {0};

	buf_add_str(&words, s->standby->is_told ? "" : "READY=1\n");
	if (n->stand == LEASE_WAITS)
		buf_printf(&words, "STATUS=waiting: %s has the store", n->holder);
	else
		buf_add_str(&words, "STATUS=waiting: the store cannot be reached");
	notify_say(&s->notify, buf_str(&words));
	buf_clear(&words);
	if (!s->standby->is_told && s->notify.alive_ms) {
		s->standby->pulse = loop_timer_new(s->loop, on_pulse, s);
		on_pulse(s);
	}
	s->standby->is_told = true;
}

static void log_waiting(const struct lease_news *n)
{
	char term[LOG_NUMBER_LEN];

	log_event(LOG_INFO, "waiting", "for", n->holder, "term", log_number(term, n->term),
		  NULL);
}

// Who had it before is told only once it was seen.
static void log_taken(const struct lease_news *n)
{
	char term[LOG_NUMBER_LEN], after[LOG_NUMBER_LEN];

	log_event(LOG_INFO, "took-over", "term", log_number(term, n->term), "from", n->holder,
		  "after_ms", log_number(after, clock_mono_ms() - n->signed_ms), NULL);
}

static bool is_other(const struct lease_news *a, const struct lease_news *b)
{
	return !a->letter.kind || a->stand != b->stand || a->term != b->term ||
	       a->is_held != b->is_held;
}

static void take_news(struct server *s, const struct lease_news *n)
{
	struct standby *w = s->standby;
	bool is_fresh = is_other(&w->news, n);

	w->news = *n;
	if (n->stand == LEASE_TAKEN) {
		log_taken(n);
		loop_stop(s->loop);
	} else if (n->stand == LEASE_FAILED) {
		fprintf(stderr, "snugd: the store cannot be used: %s\n", n->words);
		w->code = ADMIN_FAILED;
		loop_stop(s->loop);
	} else if (is_fresh && n->stand == LEASE_AWAY) {
		log_event(LOG_WARN, "store-away", "why", n->words, NULL);
		tell_manager(s);
	} else if (is_fresh && n->is_held) {
		log_waiting(n);
		tell_manager(s);
	}
}

static void on_news(void *arg, UNUSED unsigned events)
{
	struct server *s = arg;
	struct letter *letters = mailbox_take(s->standby->box), *l;

	// Behind one that ends it no more may come.
	while ((l = letter_take(&letters))) {
		take_news(s, container_of(l, struct lease_news, letter));
		free(l);
	}
}

void server_stop_waiting(struct server *s)
{
	log_event(LOG_INFO, "stopping", NULL);
	server_tell_stopping(s);
	s->stop = STOP_PARTING;
	loop_stop(s->loop);
}

static void add(struct admin_answer *a, const char *name, struct cell cell)
{
	admin_answer_column(a, name);
	admin_answer_cell(a, &cell);
}

static void add_text(struct admin_answer *a, const char *name, const char *text)
{
	add(a, name, (struct cell){.kind = CELL_TEXT, .text = span_of(text)});
}

static void add_number(struct admin_answer *a, const char *name, int64_t n)
{
	add(a, name, (struct cell){.kind = CELL_NUMBER, .number = n});
}

static void answer_status(const struct standby *w, struct admin_answer *a)
{
	const struct lease_news *n = &w->news;
	bool is_known = n->stand == LEASE_WAITS;

	a->is_record = true;
	add(a, "waiting", (struct cell){.kind = CELL_BOOL, .number = true});
	add_text(a, "for", is_known ? n->holder : "");
	add_number(a, "term", n->term);
	add(a, "since", (struct cell){.kind = CELL_TIME, .number = w->since_ms});
	add_number(a, "sign-ms", is_known ? clock_mono_ms() - n->signed_ms : -1);
	add_text(a, "store", is_known ? "reached" : n->words);
	add_number(a, "pid", getpid());
}

// None of the others counts anything yet.
static void answer_metrics(const struct standby *w, struct admin_answer *a)
{
	const struct lease_news *n = &w->news;
	struct buf text = {0};

	buf_printf(&text,
		   "# HELP snug_waiting Another machine has the store, and this one waits.\n"
		   "# TYPE snug_waiting gauge\nsnug_waiting 1\n"
		   "# HELP snug_store_reached Whether the store can be reached.\n"
		   "# TYPE snug_store_reached gauge\nsnug_store_reached %d\n"
		   "# HELP snug_store_term The term of the store, raised by each take-over.\n"
		   "# TYPE snug_store_term gauge\nsnug_store_term %lld\n",
		   n->stand == LEASE_WAITS, (long long)n->term);
	a->plain = arena_dup(&a->arena, buf_span(&text));
	buf_clear(&text);
}

// The rest is looked at when it begins to serve.
void server_load_waiting(struct server *s)
{
	char *error = NULL;

	pair_drop(s->paths, PAIR_HELD);
	if (!server_load_certificate(s, &error))
		log_event(LOG_ERROR, "certificate_not_read", "why", error, NULL);
	free(error);
}

static struct admin_answer *reload(struct server *s, const struct admin_request *r)
{
	struct span option = SPAN("--confirm=");
	struct buf pin = {0};
	struct admin_answer *told;

	for (size_t i = 1; i < r->n_words; i++) {
		if (span_starts(r->words[i], option))
			buf_add_span(&pin, span_after(r->words[i], option.len));
	}
	told = server_reload(s, buf_str(&pin));
	told->ticket = r->ticket;
	buf_clear(&pin);
	return told;
}

// What stands in the files is what will be served: the next reload is compared with that.
static void take_files(struct server *s, struct admin_answer *a)
{
	server_load_waiting(s);
	a->words = SPAN("this server waits, and takes them when it has the store");
}

static bool is_named(const struct admin_request *r, const char *noun, const char *verb)
{
	return r->n_words > (verb ? 1U : 0U) && span_eq(r->words[0], span_of(noun)) &&
	       (!verb || span_eq(r->words[1], span_of(verb)));
}

static void refuse(const struct standby *w, struct admin_answer *a)
{
	struct buf words = {0};

	a->code = ADMIN_UNREACHABLE;
	if (w->news.stand == LEASE_WAITS)
		buf_printf(&words,
			   "this server waits: %s has the store (term %lld): give it there",
			   w->news.holder, (long long)w->news.term);
	else
		buf_printf(&words, "this server waits for its store, which it cannot reach: %s",
			   w->news.words);
	a->words = arena_dup(&a->arena, buf_span(&words));
	buf_clear(&words);
}

static struct admin_answer *answer(struct server *s, const struct admin_request *r)
{
	struct admin_answer *a = admin_answer_new(r->ticket);

	if (is_named(r, "status", NULL))
		answer_status(s->standby, a);
	else if (is_named(r, "metrics", NULL))
		answer_metrics(s->standby, a);
	else if (is_named(r, "stop", NULL))
		server_stop_waiting(s);
	else if (is_named(r, "tls", "take"))
		take_files(s, a);
	else
		refuse(s->standby, a);
	return a;
}

void server_asked_waiting(struct server *s, struct admin_request *r)
{
	struct admin_answer *a = is_named(r, "reload", NULL) ? reload(s, r) : answer(s, r);

	admin_request_free(r);
	admin_socket_answer(s->admin, a);
}

static void end_waiting(struct server *s)
{
	struct standby *w = s->standby;

	s->standby = NULL;
	loop_timer_free(w->pulse);
	loop_remove(w->mail);
}

// Its letters go on into the mailbox while the store is open.
static int open_taken(struct server *s, struct standby *w)
{
	char *error = NULL;

	s->store = store_open_waited(w->lease, &error);
	w->lease = NULL;
	if (s->store)
		store_set_folder(s->store, s->paths->state);
	else
		fprintf(stderr, "snugd: %s\n", error);
	free(error);
	return s->store ? 0 : ADMIN_FAILED;
}

static void wait_for_it(struct server *s, struct standby *w)
{
	s->standby = w;
	w->since_ms = clock_wall_ms();
	w->mail = loop_add(s->loop, mailbox_fd(w->box), LOOP_READ, on_news, s);
	loop_run(s->loop);
	end_waiting(s);
}

int server_wait(struct server *s)
{
	struct standby w = {0};
	char *error = NULL;
	int code;

	s->leased = w.box = mailbox_new();
	w.lease = store_wait(s->paths->store, (enum store_durability)s->config.durability,
			     w.box, &error);
	if (!w.lease) {
		fprintf(stderr, "snugd: %s\n", error);
		free(error);
		return ADMIN_FAILED;
	}
	server_use_log(s);
	wait_for_it(s, &w);
	code = w.code;
	if (code == 0 && !s->stop)
		code = open_taken(s, &w);
	store_wait_end(w.lease);
	return code;
}
