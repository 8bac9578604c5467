// SPDX-License-Identifier: MIT
// Taking a server down, within 5 s whatever it was doing.
//
// 1. The loop ends before the threads it talks to; the writer last of them, since it
//    must store what was accepted.
// 2. No wait here depends on how much was asked: shards say goodbye all at the same time
//    and by a deadline, questions are interrupted or dropped, of a hash that is being
//    worked out nobody waits for the end.
// 3. A second signal ends the process at any point. That is a crash to the database: what
//    was acknowledged is committed, and a commit in flight is there as a whole or not at all.
#include "server/server_private.h"

#include "common/log.h"
#include "server/hub/hub_load.h"
#include "server/letters/letter.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define HASHES_WITHIN_MS 300

static void stopped_twice(UNUSED int number)
{
	_exit(STOPPED_TWICE);
}

// The loop turns no more: it gives the signals back. One that came meanwhile is delivered
// at once.
static void heed_signals(struct server *s)
{
	struct sigaction action = {.sa_handler = stopped_twice};
	sigset_t both;

	for (size_t i = 0; i < ARRAY_LEN(s->on_stop); i++)
		loop_hook_remove(s->on_stop[i]);
	loop_hook_remove(s->on_reload);
	sigemptyset(&both);
	sigaddset(&both, SIGTERM);
	sigaddset(&both, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigprocmask(SIG_UNBLOCK, &both, NULL);
}

// The hub hears what the threads sent at their end; what it still wants stored goes to
// the writer while there is one.
static void last_turn(struct server *s, bool stores)
{
	struct hub_time now;
	struct hub_out out = {0};
	struct letter *letters;

	if (!s->hub || !s->mailbox)
		return;
	now = server_time(s);
	letters = mailbox_take(s->mailbox);
	server_note_disk(s, letters);
	hub_turn(s->hub, now, letters);
	server_note_high(s);
	hub_take(s->hub, &out);
	if (stores && s->writer && out.journal) {
		writer_put(s->writer, out.journal);
		out.journal = NULL;
	}
	hub_out_free(&out);
}

static void end_shards(struct server *s)
{
	for (unsigned i = 0; i < s->n_shards; i++)
		shard_thread_stop(s->threads[i]);
	for (unsigned i = 0; i < s->n_shards; i++)
		shard_thread_join(s->threads[i]);
	shard_free(s->shard);
}

void server_end(struct server *s)
{
	heed_signals(s);
	admin_socket_free(s->admin);
	server_end_door(s);
	// Shards may still put letters for it, but take none.
	files_stop(s->files);
	end_shards(s);
	server_end_kerberos(s);
	s->is_hashing = !hasher_stop(s->hasher, HASHES_WITHIN_MS);
	s->unanswered = readers_stop(s->readers);
	last_turn(s, true);
	writer_stop(s->writer);
	last_turn(s, false);
	server_say_audit_head(s);
	store_close(s->store);
	server_free_files(s);
}

static void free_loop(struct server *s)
{
	struct letter *left;

	beside_free(s->beside);
	server_end_oidc(s);
	if (s->starter >= 0)
		close(s->starter);
	loop_hook_remove(s->at_turn_end);
	loop_timer_free(s->hub_timer);
	loop_timer_free(s->stop_timer);
	loop_timer_free(s->away_timer);
	server_leave_manager(s);
	loop_timer_free(s->hour_timer);
	cert_watch_free(s->certs);
	loop_timer_free(s->clock_timer);
	loop_timer_free(s->memory_timer);
	loop_timer_free(s->log_timer);
	loop_remove(s->mail);
	if (s->mailbox)
		mailbox_free(s->mailbox);
	if (s->leased) {
		left = mailbox_take(s->leased);
		letters_free(&left);
		mailbox_free(s->leased);
	}
	loop_free(s->loop);
}

void server_clear(struct server *s)
{
	struct admin_answer *told;
	size_t cursor = 0;

	// What would be freed is in use.
	if (s->is_hashing)
		_exit(s->code);
	hub_free(s->hub);
	for (size_t i = 0; i < s->n_sockets; i++)
		close(s->sockets[i].fd);
	if (s->lock >= 0)
		close(s->lock);
	if (s->log >= 0)
		close(s->log);
	if (s->memory >= 0)
		close(s->memory);
	if (s->high >= 0)
		close(s->high);
	free(s->sockets);
	free(s->bound);
	tls_context_free(s->served);
	free(s->fault);
	kerberos_clear(&s->kerberos);
	vapid_keys_free(s->push_keys);
	idmap_clear(&s->status_tickets);
	while ((told = idmap_next(&s->reloaded, &cursor)))
		admin_answer_free(told);
	idmap_clear(&s->reloaded);
	buf_clear(&s->waiting);
	free_loop(s);
	config_clear(&s->config);
}
