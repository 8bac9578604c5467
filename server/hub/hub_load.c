// SPDX-License-Identifier: MIT
// The hub's beginning and end: entries in, everything freed.
#include "server/hub/door/endings.h"
#include "server/hub/door/erase.h"
#include "server/hub/door/farewell.h"
#include "server/hub/door/forgotten.h"
#include "server/hub/door/evict.h"
#include "server/hub/door/renewal.h"
#include "server/hub/door/session_life.h"
#include "server/hub/hub.h"
#include "server/hub/hub_load.h"

#include "server/hub/door/lockdown.h"
#include "server/hub/people/account.h"
#include "server/hub/people/binding.h"
#include "server/hub/people/factor.h"
#include "server/hub/people/hush.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/invite.h"
#include "server/hub/wire/line.h"
#include "server/hub/wire/cast.h"
#include "server/hub/files/shared_file.h"
#include "server/hub/history/marker.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/metadata.h"
#include "server/hub/rooms/report.h"
#include "server/hub/rooms/rules.h"
#include "server/hub/rooms/saved.h"
#include "server/hub/rooms/respell.h"
#include "server/hub/history/keepsake.h"
#include "server/hub/journal/post.h"
#include "server/hub/pages/relabel.h"
#include "server/hub/pages/replay.h"
#include "server/hub/pages/restamp.h"
#include "server/hub/pages/retention.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/signin.h"
#include "server/hub/people/signin_log.h"
#include "server/hub/people/subscription.h"
#include "server/hub/people/throttle.h"
#include "server/hub/push/push_tests.h"
#include "server/hub/people/whowas.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/slip.h"
#include "server/hub/web/upload.h"
#include "server/letters/letter.h"
#include "server/hub/web/file_sweep.h"
#include "server/hub/web/hook_hear.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

// A kind that nothing here takes does not compile.
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

static void bytes_load(struct hub *h, const struct entry_setting *row, uint8_t *to, size_t len)
{
	if (row->value.len != len)
		hub_load_failed(h, "the setting " SPAN_FMT " is %zu bytes long, not %zu",
				SPAN_ARG(row->key), row->value.len, len);
	else
		memcpy(to, row->value.at, len);
}

static void term_load(struct hub *h, struct span text)
{
	uint64_t term;

	if (span_to_u64(text, &term) && term <= INT64_MAX)
		h->term = (int64_t)term;
	else
		hub_load_failed(h, "the setting " SETTING_TERM " is no number");
}

static void setting_load(struct hub *h, const struct entry_setting *row)
{
	if (span_eq(row->key, SPAN("throttles")))
		throttles_load(h, row->value);
	else if (span_eq(row->key, SPAN("token_key")))
		bytes_load(h, row, h->token_key, sizeof(h->token_key));
	else if (span_eq(row->key, SPAN(SETTING_HISTORY)))
		bytes_load(h, row, h->history, sizeof(h->history));
	else if (span_eq(row->key, SPAN(SETTING_CLOCK)))
		buf_add_span(&h->clock_saved, row->value);
	else if (span_eq(row->key, SPAN(SETTING_KEY)))
		buf_add_span(&h->key_saved, row->value);
	else if (span_eq(row->key, SPAN(SETTING_TERM)))
		term_load(h, row->value);
	else if (span_eq(row->key, SPAN(SETTING_LOCKDOWN)) && !lockdown_load(h, row->value))
		hub_load_failed(h, "the setting " SETTING_LOCKDOWN " cannot be read");
}

static void refuse(struct hub *h, const struct entry *e)
{
	hub_load_failed(h, "an entry of kind %d is no part of a stored state", e->kind);
}

// A kind that is read at the start has a function of its name that takes it; a deed has none.
#define LOAD_STATE(KIND, name)                                                                 \
	case ENTRY_##KIND:                                                                     \
		name##_load(h, &e->name);                                                      \
		break;
#define LOAD_DERIVED(KIND, name) LOAD_STATE(KIND, name)
#define LOAD_DEED(KIND, name)                                                                  \
	case ENTRY_##KIND:                                                                     \
		refuse(h, e);                                                                  \
		break;

static void load(struct hub *h, const struct entry *e)
{
	switch (e->kind) {
#define ENTRY(KIND, name, use) LOAD_##use(KIND, name)
#include "server/letters/entries.def"
	case ENTRY_KINDS:
		refuse(h, e);
		break;
	}
}

void hub_load(struct hub *h, const struct entry *e)
{
	if (hub_row_is_possible(h, e))
		load(h, e);
}

// The key of all token hashes: made once in the life of a database.
static void need_token_key(struct hub *h)
{
	struct entry e = {.kind = ENTRY_SETTING};

	if (!sodium_is_zero(h->token_key, sizeof(h->token_key)))
		return;
	hub_random(h, h->token_key, sizeof(h->token_key));
	e.setting.key = SPAN("token_key");
	e.setting.value = span_from(h->token_key, sizeof(h->token_key));
	post(h, &e);
}

void hub_high(const struct hub *h, struct hub_high *high)
{
	memcpy(high->history, h->history, sizeof(high->history));
	high->last = h->last_message;
	high->is_durable = h->durable == h->head;
}

void hub_renew_history(struct hub *h)
{
	struct entry e = {.kind = ENTRY_SETTING};

	hub_random(h, h->history, sizeof(h->history));
	e.setting.key = SPAN(SETTING_HISTORY);
	e.setting.value = span_from(h->history, sizeof(h->history));
	post(h, &e);
}

struct span hub_served_key(const struct hub *h)
{
	return buf_span(&h->key_saved);
}

struct hub_clock hub_clock(const struct hub *h)
{
	return (struct hub_clock){buf_span(&h->clock_saved), h->last_ms};
}

bool hub_loaded(struct hub *h, struct hub_time now, char **error)
{
	h->loading = false;
	h->now = now;
	h->started_ms = now.wall_ms;
	buf_clear(&h->clock_saved);
	buf_clear(&h->key_saved);
	if (sodium_is_zero(h->history, sizeof(h->history)))
		hub_load_failed(h, "the database has no history id: restore a backup");
	if (h->load_error) {
		*error = h->load_error;
		h->load_error = NULL;
		return false;
	}
	keepsakes_start(h);
	need_token_key(h);
	rooms_respell(h);
	credentials_loaded(h);
	dialogs_start(h);
	bans_start(h);
	throttles_start(h);
	retention_changed(h);
	endings_changed(h);
	forgotten_changed(h);
	farewells_changed(h);
	erasures_start(h);
	shared_files_tend(h);
	file_sweep_start(h);
	signins_start(h);
	push_tests_start(h);
	renewals_changed(h);
	return true;
}

static void free_tables(struct hub *h)
{
	size_t cursor = 0;
	struct room *r;
	struct account *a;

	uploads_free(h);
	shared_files_free(h);
	while ((r = idmap_next(&h->rooms, &cursor)))
		room_free(r);
	cursor = 0;
	while ((a = idmap_next(&h->accounts, &cursor)))
		account_forget(a);
	history_free(h);
	restamp_free(h);
	hooks_free(h);
	invites_free(h);
	freed_free(h);
	bans_clear(&h->server_bans);
	whowas_free(h);
	throttles_free(h);
	signin_log_free(h);
	post_free(h);
	letters_free(&h->echoes);
	hooks_heard_free(h);
}

// What waits to be hashed comes back to who asked, while that can be told who it was.
static void free_waiting(struct hub *h)
{
	struct hash_job *job;

	h->stopping = true;
	hash_queue_stop(h);
	erasures_free(h);
	while ((job = hash_queue_refused(h)) != NULL)
		(void)!post_on_hashed(h, job);
	hash_queue_free(h);
}

void hub_free(struct hub *h)
{
	struct hub_out out;

	if (!h)
		return;
	list_for_each_safe(item, after, &h->session_list)
		session_free(container_of(item, struct session, in_hub));
	free_waiting(h);
	free_tables(h);
	hub_take(h, &out);
	hub_out_free(&out);
	idmap_clear(&h->sessions);
	idmap_clear(&h->accounts);
	map_clear(&h->account_names);
	idmap_clear(&h->credentials);
	map_clear(&h->bindings);
	map_clear(&h->credential_hashes);
	idmap_clear(&h->streams);
	map_clear(&h->room_names);
	idmap_clear(&h->rooms);
	idmap_clear(&h->saved);
	map_clear(&h->files.tokens);
	idmap_clear(&h->subscriptions);
	map_clear(&h->dialog_pairs);
	map_clear(&h->monitors);
	cast_pool_free(h->cast_pool, h->cast_pool_space);
	buf_clear(&h->clock_saved);
	buf_clear(&h->tags);
	buf_clear(&h->text);
	free(h->load_error);
	arena_clear(&h->config_arena);
	sodium_memzero(h, sizeof(*h));
	free(h);
}
