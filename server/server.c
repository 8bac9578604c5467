// SPDX-License-Identifier: MIT
// The main thread's turn: letters to the hub, its letters to everyone else.
//
// With a shard in this thread the turn is: the shard posts what it read, the hub
// answers, the shard writes. With shards in threads of their own the first and the last
// part happen there; the letters are the same.
#include "server/server.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/log.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "server/server_private.h"

#include <stdlib.h>
#include <unistd.h>

#define STORE_WITHIN_MS 1500 // and then STOP_CLOSE_MS to say goodbye: under 5 s in all

struct mailbox *server_shard(const struct server *s, unsigned number)
{
	return s->shard ? shard_mailbox(s->shard) : shard_thread_mailbox(s->threads[number]);
}

static void post_stop(struct mailbox *to)
{
	struct letter *stop = xcalloc(1, sizeof(*stop));

	stop->kind = LETTER_STOP;
	mailbox_put(to, stop);
}

// What the hub said of a reload is that it was asked for.
static struct admin_answer *take_reloaded(struct server *s, struct admin_answer *asked)
{
	struct admin_answer *told = idmap_remove(&s->reloaded, asked->ticket);

	if (!told)
		return asked;
	told->ticket = asked->ticket;
	told->after = asked->after;
	admin_answer_free(asked);
	return told;
}

static void post_answer(struct server *s, struct admin_answer *answer)
{
	if (idmap_remove(&s->status_tickets, answer->ticket))
		server_add_facts(s, answer);
	admin_socket_answer(s->admin, take_reloaded(s, answer));
}

static void grant_reload(struct server *s, const struct wish_about *about)
{
	struct admin_answer *told = server_reload(s, about->pin);

	if (about->ticket)
		idmap_put(&s->reloaded, about->ticket, told);
	else
		admin_answer_free(told);
}

static void grant_wish(struct server *s, enum hub_wish wish, const struct wish_about *about)
{
	if (wish == WISH_STOP)
		server_stop(s, span_of(about->reason));
	else if (wish == WISH_CLOCK)
		server_accept_clock(s);
	else if (wish == WISH_LOG)
		server_set_log_level(s, (enum log_level)about->log_level, about->log_ms);
}

static void set_hub_timer(struct server *s, int64_t now)
{
	int64_t at = hub_wakes_at(s->hub);

	if (at == s->hub_timer_at)
		return;
	s->hub_timer_at = at;
	if (at == INT64_MAX)
		loop_timer_stop(s->hub_timer);
	else
		loop_timer_set(s->hub_timer, at > now ? at - now : 0);
}

static void note_ended(int64_t n)
{
	char number[LOG_NUMBER_LEN];

	if (n > 0)
		log_event(
			LOG_INFO, "accounts_disabled", "n", log_number(number, n), "why",
			"their time is over, or nobody used them: snugd audit list names them",
			NULL);
}

// What the hub was asked for and only the whole server knows.
static void answer_counted(struct server *s, struct hub_out *out)
{
	struct buf text = {0};

	if (out->n_counted_for)
		server_metrics(s, &text);
	for (size_t i = 0; i < out->n_counted_for; i++) {
		conn_id conn = out->counted_for[i];
		struct outbox **letter = &out->outboxes[CONN_SHARD(conn)];

		if (!*letter)
			*letter = outbox_new();
		outbox_answer(*letter, conn,
			      &(struct web_answer){.status = 200, .body = buf_span(&text)});
	}
	free(out->counted_for);
	buf_clear(&text);
}

// Letters in, its letters out.
static void hub_part(struct server *s)
{
	struct letter *letters = mailbox_take(s->mailbox), *l;
	struct hub_out out = {0};
	struct wish_about about;
	enum hub_wish wish;
	struct hub_time now;

	if (!letters && !s->hub_is_due)
		return;
	now = server_time(s);
	s->hub_is_due = false;
	s->pulse.turns++;
	server_note_disk(s, letters);
	hub_turn(s->hub, now, letters);
	if (!s->key_is_saved)
		server_save_key(s);
	server_note_high(s);
	hub_take(s->hub, &out);
	note_ended(out.n_ended);
	server_say_signins(&out);
	server_take_logouts(s, &out);
	if (out.journal)
		writer_put(s->writer, out.journal);
	answer_counted(s, &out);
	for (unsigned i = 0; i < s->n_shards; i++) {
		if (!out.outboxes[i])
			continue;
		out.outboxes[i]->made_us = clock_mono_us();
		mailbox_put(server_shard(s, i), &out.outboxes[i]->letter);
	}
	while ((l = letter_take(&out.queries)))
		readers_put(s->readers, container_of(l, struct query, letter));
	while ((l = letter_take(&out.jobs)))
		hasher_put(s->hasher, container_of(l, struct hash_job, letter));
	while ((l = letter_take(&out.pushes)))
		server_push(s, container_of(l, struct push, letter));
	while ((l = letter_take(&out.identities)))
		server_identify(s, container_of(l, struct identity_question, letter));
	server_post_files(s, &out.files);
	wish = hub_wish(s->hub, &about);
	if (wish == WISH_RELOAD)
		grant_reload(s, &about);
	while ((l = letter_take(&out.answers)))
		post_answer(s, container_of(l, struct admin_answer, letter));
	grant_wish(s, wish, &about);
	set_hub_timer(s, now.mono_ms);
}

static void begin_parting(struct server *s)
{
	s->stop = STOP_PARTING;
	loop_timer_set(s->stop_timer, STOP_CLOSE_MS);
	if (s->shard)
		post_stop(server_shard(s, 0));
}

// What was accepted is stored before anyone hears goodbye.
static void part_when_stored(struct server *s)
{
	struct hub_figures figures;

	hub_figures(s->hub, &figures);
	if (s->stop == STOP_STORING && !s->hub_is_due && figures.durable >= figures.head)
		begin_parting(s);
}

void server_turn(void *arg)
{
	struct server *s = arg;

	if (s->shard)
		shard_collect(s->shard);
	hub_part(s);
	if (s->stop)
		part_when_stored(s);
	if (s->shard)
		shard_flush(s->shard);
	if (s->hub_is_due)
		loop_again(s->loop);
	// Shards in threads of their own say goodbye while they are waited for.
	if (s->stop == STOP_PARTING && (!s->shard || shard_is_done(s->shard)))
		loop_stop(s->loop);
}

static void stop_late(void *arg)
{
	struct server *s = arg;

	log_event(LOG_WARN, "stop_late", NULL);
	if (s->stop == STOP_STORING)
		begin_parting(s); // the writer still stores what it has before the end
	else
		loop_stop(s->loop);
	loop_again(s->loop);
}

void server_stop(struct server *s, struct span reason)
{
	if (s->stop)
		return;
	log_event(LOG_INFO, "stopping", NULL);
	server_tell_stopping(s);
	s->stop = STOP_STORING;
	s->stop_timer = loop_timer_new(s->loop, stop_late, s);
	loop_timer_set(s->stop_timer, STORE_WITHIN_MS);
	for (unsigned i = 0; i < s->n_shards; i++) {
		struct outbox *out = outbox_new();

		outbox_add(out, OUTBOX_DRAIN);
		mailbox_put(server_shard(s, i), &out->letter);
	}
	server_save_clock(s);
	server_save_key(s);
	hub_stop(s->hub, reason);
	s->hub_is_due = true;
	loop_again(s->loop);
}

// What `tls take` asks for is done at once: the hub only takes it down.
static bool take_files(struct server *s, const struct admin_request *request,
		       struct buf *errors)
{
	struct span option = SPAN("--confirm=");
	struct buf pin = {0};
	bool is_fine = true, is_vouched = false;

	for (size_t i = 0; i < request->n_words && is_fine; i++) {
		struct span word = request->words[i];

		is_vouched = is_vouched || span_eq(word, SPAN("--vouched"));
		if (span_starts(word, option))
			is_fine = decode_b64url(&pin, span_after(word, option.len)) &&
				  pin.len == TLS_PIN_LEN;
	}
	if (!is_fine)
		buf_add_str(errors, "that is no pin: 43 characters were expected");
	else
		is_fine = server_look_at_files(s, pin.len ? (const uint8_t *)pin.at : NULL,
					       is_vouched, errors);
	buf_add_str(errors, is_fine ? "" : "\n");
	buf_clear(&pin);
	return is_fine;
}

static bool is_of(const struct admin_request *request, const char *noun, const char *verb)
{
	return span_eq(request->words[0], span_of(noun)) &&
	       (!verb || (request->n_words > 1 && span_eq(request->words[1], span_of(verb))));
}

// Nothing of it is the hub's to judge, and it is asked every few seconds.
static void answer_metrics(struct server *s, struct admin_request *request)
{
	struct admin_answer *answer = admin_answer_new(request->ticket);
	struct buf text = {0};

	server_metrics(s, &text);
	answer->plain = arena_dup(&answer->arena, buf_span(&text));
	buf_clear(&text);
	admin_request_free(request);
	admin_socket_answer(s->admin, answer);
}

// `reload` is checked before the hub takes it down as done; `status` gets more facts.
void server_asked(void *arg, struct admin_request *request)
{
	struct server *s = arg;
	struct buf errors = {0};
	struct admin_answer *answer;
	bool is_fine = true;

	if (s->standby) {
		server_asked_waiting(s, request);
		return;
	}
	if (is_of(request, "metrics", NULL)) {
		answer_metrics(s, request);
		return;
	}
	if (is_of(request, "status", NULL)) {
		idmap_put(&s->status_tickets, request->ticket, s);
		beside_ask(s->beside);
	}
	if (is_of(request, "reload", NULL))
		is_fine = server_can_reload(s, &errors);
	else if (is_of(request, "tls", "take"))
		is_fine = take_files(s, request, &errors);
	if (is_fine) {
		mailbox_put(s->mailbox, &request->letter);
		buf_clear(&errors);
		return;
	}
	answer = admin_answer_new(request->ticket);
	answer->code = ADMIN_FAILED;
	buf_add_str(&errors, "nothing was changed: the server goes on with what it had");
	answer->words = arena_dup(&answer->arena, buf_span(&errors));
	buf_clear(&errors);
	admin_request_free(request);
	admin_socket_answer(s->admin, answer);
}

static void log_stopped(const struct server *s)
{
	char dropped[LOG_NUMBER_LEN], interrupted[LOG_NUMBER_LEN];

	log_event(LOG_INFO, "stopped", "dropped",
		  log_number(dropped, (int64_t)s->unanswered.dropped), "interrupted",
		  log_number(interrupted, (int64_t)s->unanswered.interrupted), NULL);
}

int server_run(const struct paths *paths, const char *user)
{
	struct server s = {.paths = paths,
			   .user = user,
			   .lock = -1,
			   .log = -1,
			   .memory = -1,
			   .high = -1,
			   .starter = -1,
			   .files_folder = -1,
			   .sandbox = {.shut_in = -1, .kerberos = -1},
			   .notify = {.fd = -1}};
	int code = server_start(&s);

	if (code == 0 && !s.stop) {
		server_look_first(&s);
		server_say_ready(&s);
		server_tell_ready(&s);
		loop_run(s.loop);
	}
	s.code = code;
	server_end(&s);
	if (code == 0)
		log_stopped(&s);
	server_clear(&s);
	return code;
}
