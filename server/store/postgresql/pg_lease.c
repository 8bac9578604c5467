// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_lease.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "server/letters/letter.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_schema.h"
#include "server/store/postgresql/postgresql_engine.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// So long a command looks for an engine that does not answer.
#define REACH_MS 5000

// No two processes are called the same, on whatever machine.
static void name_holder(struct pg_lease *l)
{
	char host[HOLDER_MAX - 64] = "";
	uint8_t drawn[4];

	(void)gethostname(host, sizeof(host) - 1);
	randombytes_buf(drawn, sizeof(drawn));
	snprintf(l->holder, sizeof(l->holder), "%s pid %d %02x%02x%02x%02x", host, getpid(),
		 drawn[0], drawn[1], drawn[2], drawn[3]);
}

// What it says is known already, but for when.
static bool is_news(const struct lease_news *a, const struct lease_news *b)
{
	return !a->letter.kind || a->stand != b->stand || a->term != b->term ||
	       a->signed_ms != b->signed_ms || a->is_held != b->is_held ||
	       strcmp(a->holder, b->holder) != 0 || strcmp(a->words, b->words) != 0;
}

static void tell(struct pg_lease *l, enum lease_stand stand, const char *words)
{
	const struct waiter *w = &l->waiter;
	struct lease_news news = {.letter = {.kind = LETTER_LEASE},
				  .stand = stand,
				  .term = stand == LEASE_TAKEN ? l->keeper.term : w->seen.term,
				  .signed_ms = w->seen_ms,
				  .is_signed = w->has_sign,
				  .is_held = w->seen.is_held};

	snprintf(news.words, sizeof(news.words), "%s", words);
	memcpy(news.holder, w->seen.holder, sizeof(news.holder));
	if (is_news(&l->news, &news))
		mailbox_put(l->to, xmemdup(&news, sizeof(news)));
	l->news = news;
}

// The schema is there before its statements are prepared. False: it is of no use to try again,
// for which it has words.
static bool prepare(struct pg_lease *l, char **error)
{
	struct pg_link *link = pg_sql_link(&l->sql);
	int64_t version;

	if (l->is_prepared)
		return true;
	if (!pg_schema_look(link, &version, error))
		return false;
	if (version > pg_schema_newest() || version == 0)
		if (!pg_schema_bring(link, error))
			return false;
	l->is_prepared = pg_head_prepare(&l->sql, error);
	return l->is_prepared;
}

// The first time the statements cannot be prepared with it.
static enum lease_came connect_first(struct pg_lease *l)
{
	enum db_code code;

	pg_set_patience(&l->sql, LEASE_ANSWER_MS);
	code = pg_sql_connect(&l->sql);
	if (code == DB_FAILED)
		tell(l, LEASE_FAILED, sql_error(&l->sql));
	return code == DB_OK ? CAME_WELL : CAME_AWAY;
}

static enum lease_came connect(struct pg_lease *l)
{
	char *error = NULL;
	enum lease_came came;

	if (l->is_prepared)
		return pg_head_connect(&l->sql, LEASE_ANSWER_MS);
	came = connect_first(l);
	if (came == CAME_WELL && !prepare(l, &error)) {
		// Where the connection is whole it is the database.
		came = CAME_AWAY;
		if (pg_sql_link(&l->sql)->conn)
			tell(l, LEASE_FAILED, error ? error : "it cannot be read");
		pg_link_drop(pg_sql_link(&l->sql));
	}
	free(error);
	return came == CAME_WELL ? pg_head_connect(&l->sql, LEASE_ANSWER_MS) : came;
}

// For who wants to know whether there is another machine (pg_engine_is_awaited).
static enum lease_came connect_named(struct pg_lease *l)
{
	enum lease_came came = connect(l);
	struct pg_link *link = pg_sql_link(&l->sql);

	if (came == CAME_WELL &&
	    pg_link_run(link, pg_text(PG_SAY_WHO), l->holder, NULL) != DB_OK)
		came = CAME_AWAY;
	return came;
}

static void do_wait(struct pg_lease *l, enum waiter_does next)
{
	struct lease_head head, *is = NULL;
	enum lease_came came;
	bool has = false;

	if (next == WAITER_CONNECTS) {
		came = connect_named(l);
	} else if (next == WAITER_LOOKS) {
		came = pg_head_look(&l->sql, &head);
		has = came == CAME_WELL;
	} else {
		came = pg_head_take(&l->sql, &l->waiter.seen, l->holder, &head, &has);
	}
	is = has ? &head : NULL;
	if (came != CAME_WELL && came != CAME_UNSURE) {
		if (l->news.stand != LEASE_FAILED)
			tell(l, LEASE_AWAY, sql_error(&l->sql));
		pg_link_drop(pg_sql_link(&l->sql));
	}
	waiter_came(&l->waiter, came, is, clock_mono_ms());
	if (next == WAITER_LOOKS && has)
		tell(l, LEASE_WAITS, "");
}

void pg_lease_prove(struct pg_lease *l, const struct keeper *k)
{
	int64_t at_ms = k->end == KEEPER_GOES_ON ? k->proof_ms : 0;

	atomic_store_explicit(&l->proof.at_ms, at_ms, memory_order_release);
}

static void begin_term(struct pg_lease *l)
{
	const struct waiter *w = &l->waiter;

	pg_set_patience(&l->sql, LEASE_ANSWER_MS);
	keeper_init(&l->keeper, w->term, l->holder, w->doing_ms, w->is_proven);
	l->keeper.is_connected = pg_sql_link(&l->sql)->conn != NULL;
	l->keeper.only_beats = true;
	l->term = w->term;
}

// Until there is nothing to do for a while; how long, in ms; -1: for ever.
static int step(struct pg_lease *l)
{
	enum waiter_does next;
	enum keeper_does kept;

	while (!l->keeper.term && l->news.stand != LEASE_FAILED) {
		next = waiter_next(&l->waiter, clock_mono_ms());
		if (next == WAITER_RESTS)
			return waiter_rests_ms(&l->waiter, clock_mono_ms());
		if (next == WAITER_HAS)
			begin_term(l);
		else
			do_wait(l, next);
	}
	if (!l->keeper.term)
		return -1;
	kept = pg_head_keep(&l->sql, &l->keeper, false);
	pg_lease_prove(l, &l->keeper);
	if (keeper_is_steady(&l->keeper))
		tell(l, LEASE_TAKEN, "");
	return kept == KEEPER_ENDS ? -1 : keeper_rests_ms(&l->keeper, clock_mono_ms());
}

struct lease_stop {
	struct letter letter;
	bool gives_back;
};

static void *run(void *arg)
{
	struct pg_lease *l = arg;
	struct letter *stop;

	do
		stop = mailbox_wait(l->box, step(l));
	while (!stop);
	if (container_of(stop, struct lease_stop, letter)->gives_back && l->keeper.term)
		(void)!pg_head_give_back(&l->sql, &l->keeper);
	free(stop);
	return NULL;
}

struct pg_lease *pg_lease_wait(const char *where, enum store_durability durability,
			       struct mailbox *to, char **error)
{
	struct pg_lease *l = xcalloc(1, sizeof(*l));

	l->base.engine = &postgresql_engine;
	l->where = xstrdup(where);
	l->durability = durability;
	l->to = to;
	name_holder(l);
	waiter_init(&l->waiter);
	if (!pg_sql_open(&l->sql, where, durability, true, LEASE_ANSWER_MS, error)) {
		free(l->where);
		free(l);
		return NULL;
	}
	l->box = mailbox_new();
	l->thread = thread_start((struct thread_begin){0}, THREAD_WRITER, run, l);
	l->is_running = true;
	return l;
}

static bool is_over(const struct lease_news *n)
{
	return n->stand == LEASE_TAKEN || n->stand == LEASE_FAILED ||
	       (n->stand == LEASE_WAITS && n->is_signed && n->is_held);
}

// The newest of what came, up to what says how it ended. It takes both.
static struct lease_news *newest(struct lease_news *news, struct letter *came)
{
	for (struct letter *next; came && !(news && is_over(news)); came = next) {
		next = came->next;
		free(news);
		news = container_of(came, struct lease_news, letter);
	}
	letters_free(&came);
	return news;
}

// That it is away is told once, however long it stays so.
static struct lease_news *wait_for_end(struct mailbox *box)
{
	int64_t until_ms = clock_mono_ms() + REACH_MS, left_ms = REACH_MS;
	struct lease_news *news = NULL;
	bool is_away = false;

	while (!news || (!is_over(news) && (!is_away || left_ms > 0))) {
		news = newest(news, mailbox_wait(box, is_away ? (int)left_ms : -1));
		is_away = news && news->stand == LEASE_AWAY;
		left_ms = until_ms - clock_mono_ms();
	}
	return news;
}

static void explain(const struct pg_lease *l, const struct lease_news *news, char **error)
{
	if (news->stand == LEASE_WAITS)
		error_words(
			error,
			"%s is in use by %s (term %lld): give it there, or stop that server",
			pg_sql_link(&l->sql)->where.shown, news->holder, (long long)news->term);
	else
		error_words(error, "%s: %s", pg_sql_link(&l->sql)->where.shown, news->words);
}

struct pg_lease *pg_lease_take(const char *where, enum store_durability durability,
			       char **error)
{
	struct mailbox *box = mailbox_new();
	struct pg_lease *l = pg_lease_wait(where, durability, box, error);
	struct lease_news *news;

	if (!l) {
		mailbox_free(box);
		return NULL;
	}
	l->own_to = box;
	news = wait_for_end(box);
	if (news->stand != LEASE_TAKEN) {
		explain(l, news, error);
		pg_lease_end(l, false);
		l = NULL;
	}
	free(news);
	return l;
}

static void stop(struct pg_lease *l, bool gives_back)
{
	struct lease_stop *letter = xcalloc(1, sizeof(*letter));

	letter->letter.kind = LETTER_STOP;
	letter->gives_back = gives_back;
	mailbox_put(l->box, &letter->letter);
	pthread_join(l->thread, NULL);
	mailbox_free(l->box);
	l->is_running = false;
}

void pg_lease_rest(struct pg_lease *l)
{
	if (l->is_running)
		stop(l, false);
}

void pg_lease_end(struct pg_lease *l, bool is_had)
{
	struct letter *rest;

	if (!l)
		return;
	if (l->is_running && !is_had)
		pg_link_stop(pg_sql_link(&l->sql));
	if (l->is_running)
		stop(l, is_had);
	sql_close(&l->sql);
	if (l->own_to) {
		rest = mailbox_take(l->own_to);
		letters_free(&rest);
		mailbox_free(l->own_to);
	}
	free(l->where);
	free(l);
}
