// SPDX-License-Identifier: MIT
// The hub's turn: letters in, by kind to those who know them; what they made out.
//
// 1. Handlers only add to h->out; hub_take alone gives it away.
// 2. A question leaves when all that was posted before it is applied, an answer of the
//    command line when all it claims is durable.
// 3. Sessions are freed only here, on INBOX_CLOSED: no handler ever loses the session it
//    works for.
#include "server/hub/hub.h"

#include "server/hub/commands/cmd_cap.h"

#include "common/die.h"
#include "server/hub/people/account.h"
#include "server/hub/admin/admin.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/factor.h"
#include "server/hub/door/rights.h"
#include "server/hub/door/endings.h"
#include "server/hub/door/erase.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/kept_yes.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/session_life.h"
#include "server/hub/door/wait.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/history/history.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/replay.h"
#include "server/hub/pages/restamp.h"
#include "server/hub/pages/retention.h"
#include "server/hub/people/throttle.h"
#include "server/hub/push/outward.h"
#include "server/hub/rooms/presence.h"
#include "server/hub/hub_asked.h"
#include "server/hub/session_feed.h"
#include "server/hub/web/file_sweep.h"
#include "server/letters/letter.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static void reset_out(struct hub *h)
{
	h->out = (struct hub_out){0};
	h->queries_end = &h->out.queries;
	h->jobs_end = &h->out.jobs;
	h->answers_end = &h->out.answers;
	h->files_end = &h->out.files;
}

struct hub *hub_new(const struct hub_config *config, const uint8_t seed[static 32])
{
	struct hub *h = xcalloc(1, sizeof(*h));

	memcpy(h->random_key, seed, sizeof(h->random_key));
	list_init(&h->session_list);
	namesakes_init(&h->rooms_alike);
	namesakes_init(&h->people_alike);
	list_init(&h->server_bans);
	list_init(&h->held_answers);
	list_init(&h->throttle_order);
	list_init(&h->crediting);
	list_init(&h->tellers);
	list_init(&h->timers);
	list_init(&h->steps);
	list_init(&h->offers);
	list_init(&h->long_exchanges);
	list_init(&h->hooks_heard);
	list_init(&h->subscribers);
	list_init(&h->parcels);
	list_init(&h->push_delays);
	list_init(&h->push_turns);
	list_init(&h->push_rests);
	list_init(&h->push_outs);
	hash_queue_init(h);
	h->next_timer_ms = INT64_MAX;
	h->held_queries_end = &h->held_queries;
	h->loading = true;
	reset_out(h);
	hub_configure(h, config);
	return h;
}

void hub_set_factor_key(struct hub *h, const uint8_t key[static HUB_FACTOR_KEY_LEN])
{
	_Static_assert(sizeof(h->factor_key) == HUB_FACTOR_KEY_LEN, "a key has one length");
	memcpy(h->factor_key, key, HUB_FACTOR_KEY_LEN);
}

void hub_set_sign_in_key(struct hub *h, const uint8_t key[static HUB_SIGN_IN_KEY_LEN])
{
	_Static_assert(sizeof(h->sign_in_key) == HUB_SIGN_IN_KEY_LEN, "a key has one length");
	memcpy(h->sign_in_key, key, HUB_SIGN_IN_KEY_LEN);
}

void hub_set_push_key(struct hub *h, const uint8_t point[static HUB_PUSH_KEY_LEN])
{
	_Static_assert(HUB_PUSH_KEY_LEN == PUSH_POINT_LEN, "a key has one length");
	memcpy(h->push_key, point, HUB_PUSH_KEY_LEN);
}

size_t hub_sealed_factors(const struct hub *h)
{
	const struct account *a;
	size_t n = 0, cursor = 0;

	while ((a = idmap_next(&h->accounts, &cursor)) != NULL)
		n += factor_is_on(a) && !factor_is_open(a->factor);
	return n;
}

size_t hub_sealed_sign_ins(const struct hub *h)
{
	struct account_binding *b;
	size_t n = 0, cursor = 0;

	while ((b = map_next(&h->bindings, &cursor)) != NULL)
		n += b->sealed.len && !binding_is_open(b);
	return n;
}

void hub_configure(struct hub *h, const struct hub_config *config)
{
	struct arena fresh = {0};
	struct hub_config *c = &h->config;
	enum registration before = c->registration;
	bool admin_2fa = c->admin_2fa;
	struct room *room;
	size_t cursor = 0;

	*c = *config;
	c->name = arena_dup(&fresh, config->name);
	c->network = arena_dup(&fresh, config->network);
	c->description = arena_dup(&fresh, config->description);
	c->motd = arena_dup(&fresh, config->motd);
	c->version = arena_dup(&fresh, config->version);
	c->icon = arena_dup(&fresh, config->icon);
	c->web_hosts = arena_dup(&fresh, config->web_hosts);
	c->oidc.issuer = arena_dup(&fresh, config->oidc.issuer);
	c->oidc.scope = arena_dup(&fresh, config->oidc.scope);
	c->oidc.configuration = arena_dup(&fresh, config->oidc.configuration);
	c->oidc.client_id = arena_dup(&fresh, config->oidc.client_id);
	c->oidc.resource = arena_dup(&fresh, config->oidc.resource);
	c->oidc.authorization = arena_dup(&fresh, config->oidc.authorization);
	arena_clear(&h->config_arena);
	h->config_arena = fresh;
	retention_changed(h);
	endings_changed(h);
	forgotten_changed(h);
	farewells_changed(h);
	renewals_changed(h);
	kept_yes_configured(h);
	caps_configured(h, before);
	if (admin_2fa != h->config.admin_2fa)
		rights_settle_all(h);
	while ((room = idmap_next(&h->rooms, &cursor)) != NULL)
		presence_settle(room);
}

static void on_inbox(struct hub *h, struct inbox *in)
{
	for (size_t i = 0; i < in->n_events; i++) {
		const struct inbox_event *e = &in->events[i];
		struct session *s = e->kind == INBOX_OPENED ? NULL : session_find(h, e->conn);

		if (e->kind == INBOX_OPENED)
			session_opened(h, e->conn, &e->opened);
		else if (e->kind == INBOX_ASKED)
			hub_asked(h, e->conn, &e->asked);
		if (!s)
			continue;
		switch (e->kind) {
		case INBOX_OPENED:
		case INBOX_ASKED:
			break;
		case INBOX_LINE:
			if (session_is_next(s, &e->msg))
				session_feed(s, &e->msg);
			break;
		case INBOX_BAD:
			session_feed_bad(s, e->fault, &e->msg);
			break;
		case INBOX_STALLED:
			s->stalled = true;
			replay_stalled(s, e->after, e->begun);
			break;
		case INBOX_DRAINED:
			replay_catch_up(s);
			break;
		case INBOX_TAKEN:
			session_taken(s);
			break;
		case INBOX_CLOSED:
			session_closed(s, e->reason);
			break;
		}
	}
	inbox_free(in);
}

static void on_durable(struct hub *h, struct durable *d)
{
	assert(d->applied <= d->upto);
	if (d->upto > h->durable) {
		h->durable = d->upto;
		h->durable_moved = true;
	}
	if (d->applied > h->applied)
		h->applied = d->applied;
	if (d->disk == DISK_AWAY && h->disk != DISK_AWAY)
		h->away_since_ms = h->now.wall_ms;
	if (d->disk != DISK_AWAY && h->disk == DISK_AWAY)
		timer_stop(&h->on_ask_again);
	h->disk = d->disk;
	h->is_clean = d->is_clean;
	h->disk_free = d->free_bytes;
	h->disk_size = d->size_bytes;
	free(d);
	erasures_look(h);
}

static void on_hashed(struct hub *h, struct hash_job *job)
{
	hash_queue_done(h, job);
	session_answered(post_on_hashed(h, job));
}

// Without a ticket nobody asked: an issuer says that it is over with somebody.
static void on_identified(struct hub *h, struct identity_answer *answer)
{
	if (!answer->ticket)
		renewal_told(h, answer);
	session_answered(post_on_identified(h, answer));
}

// What came for one is told to all who waited for it.
static void echo(struct hub *h)
{
	struct letter *l;

	while ((l = letter_take(&h->echoes)))
		on_identified(h, container_of(l, struct identity_answer, letter));
}

static void tell_given_up(struct hub *h)
{
	struct rows *rows;

	while ((rows = question_given_up(h)))
		session_answered(post_on_rows(h, rows));
}

// What the hashers have room for leaves; who got no turn, or must wait for it, is told.
static void hash_next(struct hub *h)
{
	struct hash_job *refused;

	for (hash_queue_run(h); (refused = hash_queue_refused(h)); hash_queue_run(h))
		session_answered(post_on_hashed(h, refused));
	waits_tell(h);
}

// Behind the letters: what is due, and what leaves by itself.
static void finish_turn(struct hub *h)
{
	timers_run(h);
	echo(h);
	hash_next(h);
	sessions_tell(h);
	pushes_leave(h);
	tell_given_up(h);
	post_release(h);
	shared_files_release(h);
}

void hub_turn(struct hub *h, struct hub_time now, struct letter *letters)
{
	if (now.mono_ms < h->now.mono_ms)
		now.mono_ms = h->now.mono_ms;
	h->now = now;
	for (struct letter *letter; (letter = letter_take(&letters));) {
		switch ((enum letter_kind)letter->kind) {
		case LETTER_INBOX:
			on_inbox(h, container_of(letter, struct inbox, letter));
			break;
		case LETTER_DURABLE:
			on_durable(h, container_of(letter, struct durable, letter));
			break;
		case LETTER_ROWS:
			session_answered(
				post_on_rows(h, container_of(letter, struct rows, letter)));
			break;
		case LETTER_HASHED:
			on_hashed(h, container_of(letter, struct hash_job, letter));
			break;
		case LETTER_IDENTIFIED:
			on_identified(h, container_of(letter, struct identity_answer, letter));
			break;
		case LETTER_PUSHED:
			pushes_came_back(h, container_of(letter, struct pushed, letter));
			break;
		case LETTER_ADMIN:
			admin_run(h, container_of(letter, struct admin_request, letter), NULL);
			break;
		case LETTER_LISTED:
			file_sweep_listed(h, container_of(letter, struct file_list, letter));
			break;
		case LETTER_OUTBOX:
		case LETTER_JOURNAL:
		case LETTER_QUERY:
		case LETTER_JOB:
		case LETTER_ANSWER:
		case LETTER_FILING:
		case LETTER_FILED:
		case LETTER_REMOVE:
		case LETTER_LIST:
		case LETTER_PUSH:
		case LETTER_IDENTITY:
		case LETTER_LEASE:
		case LETTER_STOP:
		case LETTER_SETTINGS:
		default:
			die(1, "the hub got a letter of kind %d that is not for it",
			    letter->kind);
		}
	}
	finish_turn(h);
}

int64_t hub_wakes_at(const struct hub *h)
{
	return list_is_empty(&h->tellers) ? h->next_timer_ms : h->now.mono_ms;
}

void hub_count_classes(const struct hub *h, int64_t classes[static CLASS_BRIDGE + 1])
{
	for (size_t i = 0; i <= CLASS_BRIDGE; i++)
		classes[i] = 0;
	list_for_each(item, &h->session_list) {
		const struct session *s = container_of(item, struct session, in_hub);

		if (s->registered)
			classes[s->account->class]++;
	}
}

void hub_take(struct hub *h, struct hub_out *out)
{
	sessions_give_credit(h);
	for (unsigned i = 0; i < h->config.n_shards && i < SHARDS_MAX; i++) {
		if (h->durable_moved || h->out.outboxes[i])
			hub_outbox(h, i)->durable = h->durable;
	}
	h->durable_moved = false;
	*out = h->out;
	reset_out(h);
}

void hub_signins_free(struct hub_out *out)
{
	for (size_t i = 0; i < out->n_signins; i++) {
		free(out->signins[i].source);
		free(out->signins[i].account);
		free(out->signins[i].device);
	}
	free(out->signins);
	out->signins = NULL;
	out->n_signins = 0;
}

void hub_logouts_free(struct hub_out *out)
{
	for (size_t i = 0; i < out->n_logouts; i++)
		free(out->logouts[i].token);
	free(out->logouts);
	out->logouts = NULL;
	out->n_logouts = 0;
}

void hub_out_free(struct hub_out *out)
{
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		outbox_free(out->outboxes[i]);
	journal_free(out->journal);
	letters_free(&out->files);
	letters_free(&out->queries);
	letters_free(&out->jobs);
	letters_free(&out->answers);
	letters_free(&out->files);
	letters_free(&out->pushes);
	letters_free(&out->identities);
	hub_signins_free(out);
	hub_logouts_free(out);
	free(out->counted_for);
	*out = (struct hub_out){0};
}

static bool save(struct hub *h, struct span key, struct span text)
{
	struct entry e = {.kind = ENTRY_SETTING, .setting = {key, text}};

	// The first entry tells how the disk is: on a full one this must not be it.
	if (h->stopping || !h->durable || !can_post(h))
		return false;
	post(h, &e);
	return true;
}

bool hub_save_clock(struct hub *h, struct span text)
{
	return save(h, SPAN(SETTING_CLOCK), text);
}

bool hub_save_key(struct hub *h, struct span text)
{
	return save(h, SPAN(SETTING_KEY), text);
}

void hub_clock_stepped(struct hub *h, const struct hub_step *step)
{
	restamp_start(h, step);
}

void hub_reloaded(struct hub *h, struct span changes)
{
	if (!h->stopping && can_post(h))
		post_audit(h, SPAN("server"), SPAN("reload"), changes, SPAN(""));
}

void hub_stop(struct hub *h, struct span reason)
{
	if (h->stopping)
		return;
	h->stopping = true;
	throttles_save(h);
	for (unsigned i = 0; i < h->config.n_shards && i < SHARDS_MAX; i++)
		outbox_add(hub_outbox(h, i), OUTBOX_DRAIN);
	list_for_each_safe(item, after, &h->session_list)
		session_close(container_of(item, struct session, in_hub), reason);
	hash_queue_stop(h);
}

enum hub_wish hub_wish(struct hub *h, struct wish_about *about)
{
	enum hub_wish wish = h->wish;

	*about = h->wish_about;
	h->wish = WISH_NONE;
	h->wish_about = (struct wish_about){0};
	return wish;
}
