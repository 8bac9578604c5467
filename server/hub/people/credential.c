// SPDX-License-Identifier: MIT
#include "server/hub/people/credential.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/credential_label.h"
#include "server/hub/people/subscription.h"

#include <stdio.h>
#include <stdlib.h>

#define USED_EVERY_MS (60LL * 60 * 1000)
#define TOKEN_PREFIX SPAN("snug_")

static struct span key_of(const struct credential *c)
{
	return span_from(c->hash, sizeof(c->hash));
}

static void add(struct account *a, struct credential *c)
{
	c->account = a;
	list_add(&a->credentials, &c->in_account);
	idmap_put(&a->hub->credentials, (uint64_t)c->id, c);
	map_put(&a->hub->credential_hashes, key_of(c), c);
}

void credential_post(const struct credential *c)
{
	struct entry e = {.kind = ENTRY_CREDENTIAL};

	e.credential = (struct entry_credential){
		.id = c->id,
		.account = c->account->id,
		.kind = c->kind,
		.label = span_of(c->label),
		.created_ms = c->created_ms,
		.used_ms = c->used_ms,
		.expires_ms = c->expires_ms,
		.rate = c->rate,
		.no_presence = c->no_presence,
		.is_device = c->is_device,
		.free_of_lease = c->free_of_lease,
	};
	memcpy(e.credential.hash, c->hash, sizeof(c->hash));
	memcpy(e.credential.cert, c->cert, sizeof(c->cert));
	post(c->account->hub, &e);
}

static struct credential *make(struct account *a, int64_t id, enum credential_kind kind,
			       const uint8_t hash[static 32], struct span label,
			       int64_t expires_ms)
{
	struct credential *c = xcalloc(1, sizeof(*c));
	struct buf own = {0};

	c->id = id;
	c->kind = kind;
	memcpy(c->hash, hash, sizeof(c->hash));
	credential_label(a, NULL, label, &own);
	c->label = span_dup(buf_span(&own));
	buf_clear(&own);
	c->created_ms = a->hub->now.wall_ms;
	c->expires_ms = expires_ms;
	add(a, c);
	credential_post(c);
	return c;
}

struct credential *credential_new(struct account *a, enum credential_kind kind,
				  const uint8_t hash[static 32], struct span label,
				  int64_t expires_ms)
{
	return make(a, hub_new_id(a->hub), kind, hash, label, expires_ms);
}

static void add_purses(struct credential *c)
{
	c->purses = xcalloc(PURSES, sizeof(*c->purses));
	purses_init(c->purses);
}

void credential_free(struct credential *c)
{
	struct hub *h = c->account->hub;

	if (c->purses)
		purses_clear(c->purses);
	free(c->purses);
	list_remove(&c->in_account);
	idmap_remove(&h->credentials, (uint64_t)c->id);
	map_remove(&h->credential_hashes, key_of(c));
	free(c->label);
	free(c);
}

bool credential_is_fresh(const struct credential *c)
{
	return !c->used_ms && !c->is_told && credentials_count(c->account) > 1;
}

bool credential_is_of(const struct credential *c, const struct session *s)
{
	if (s->account != c->account || s->closing)
		return false;
	return c->kind == CREDENTIAL_TOKEN ? s->token == c->id : credential_shown_by(s) == c;
}

void credential_post_gone(const struct credential *c)
{
	struct entry e = {.kind = ENTRY_CREDENTIAL_GONE};

	subscriptions_of_device_gone(c->account, c->id);
	e.credential_gone.id = c->id;
	post(c->account->hub, &e);
}

struct credential *credential_find(struct hub *h, const uint8_t hash[static 32])
{
	return map_find(&h->credential_hashes, span_from(hash, 32));
}

struct credential *credential_shown_by(const struct session *s)
{
	return s->cert ? credential_find(s->hub, s->cert->pin) : NULL;
}

void credential_used(struct credential *c)
{
	int64_t now = c->account->hub->now.wall_ms;

	if (now - c->used_ms < USED_EVERY_MS)
		return;
	c->used_ms = now;
	if (can_post(c->account->hub))
		credential_post(c);
}

void credential_shown(struct credential *c, const uint8_t cert[static 64])
{
	if (memcmp(c->cert, cert, sizeof(c->cert)) == 0 || !can_post(c->account->hub))
		return;
	memcpy(c->cert, cert, sizeof(c->cert));
	credential_post(c);
}

bool credential_is_over(const struct credential *c)
{
	return c->expires_ms && c->expires_ms <= c->account->hub->now.wall_ms;
}

bool credential_lets_in(const struct credential *c)
{
	return !credential_is_over(c) && !account_is_shut(c->account);
}

void credential_load(struct hub *h, const struct entry_credential *row)
{
	struct account *a = account_by_id(h, row->account);
	struct credential *c;

	if (!a || idmap_find(&h->credentials, (uint64_t)row->id)) {
		hub_load_failed(h, "credential %lld is there twice or belongs to no account",
				(long long)row->id);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->id = row->id;
	c->kind = row->kind;
	memcpy(c->hash, row->hash, sizeof(c->hash));
	memcpy(c->cert, row->cert, sizeof(c->cert));
	c->label = span_dup(row->label);
	c->created_ms = row->created_ms;
	c->used_ms = row->used_ms;
	c->expires_ms = row->expires_ms;
	c->rate = row->rate;
	c->no_presence = row->no_presence;
	c->is_device = row->is_device;
	c->free_of_lease = row->free_of_lease;
	if (c->rate)
		add_purses(c);
	hub_saw_id(h, c->id);
	add(a, c);
}

bool token_is(struct span text)
{
	struct span rest;
	uint64_t id;

	if (!span_starts(text, TOKEN_PREFIX))
		return false;
	rest = span_after(text, TOKEN_PREFIX.len);
	return span_to_u64(span_cut(&rest, '_'), &id) && rest.len == SECRET_TEXT_LEN;
}

struct credential *token_new(struct account *a, struct span label, int64_t expires_ms,
			     char text[static TOKEN_TEXT_MAX + 1])
{
	int64_t id = hub_new_id(a->hub);
	char secret[SECRET_TEXT_LEN + 1];
	uint8_t hash[SECRET_HASH_LEN];

	secret_make(a->hub, secret);
	snprintf(text, TOKEN_TEXT_MAX + 1, "snug_%lld_%s", (long long)id, secret);
	secret_hash(a->hub, span_of(text), hash);
	memset(secret, 0, sizeof(secret));
	return make(a, id, CREDENTIAL_TOKEN, hash, label, expires_ms);
}

void token_set_rate(struct credential *c, int64_t lines_per_minute)
{
	c->rate = lines_per_minute;
	add_purses(c);
	credential_post(c);
}

struct credential *token_letting_in(const struct session *s)
{
	struct credential *c = idmap_find(&s->hub->credentials, (uint64_t)s->token);

	return c && credential_is_of(c, s) ? c : NULL;
}

struct credential *token_with_rate(const struct session *s)
{
	struct credential *c = token_letting_in(s);

	return c && c->purses ? c : NULL;
}

void token_set_no_presence(struct credential *c)
{
	c->no_presence = true;
	credential_post(c);
}

void token_set_device(struct credential *c)
{
	c->is_device = true;
	credential_post(c);
}

void token_set_free_of_lease(struct credential *c)
{
	c->free_of_lease = true;
	credential_post(c);
}

bool token_without_presence(const struct session *s)
{
	const struct credential *c = token_letting_in(s);

	return c && c->no_presence;
}

struct credential *token_find(struct hub *h, struct span text)
{
	uint8_t hash[SECRET_HASH_LEN];
	struct credential *c;

	secret_hash(h, text, hash);
	c = credential_find(h, hash);
	return c && c->kind == CREDENTIAL_TOKEN && !credential_is_over(c) ? c : NULL;
}

// What none but it can have.
static bool has_number_or_pin(const struct credential *c, struct span name)
{
	struct buf pin = {0};
	uint64_t id;
	bool yes;

	if (span_to_u64(name, &id) && id == (uint64_t)c->id)
		return true;
	if (c->kind != CREDENTIAL_CERT)
		return false;
	encode_b64url(&pin, c->hash, sizeof(c->hash));
	yes = span_eq(name, buf_span(&pin));
	buf_clear(&pin);
	return yes;
}

struct credential *credential_named(struct account *a, enum credential_kind kind,
				    struct span name)
{
	list_for_each(item, &a->credentials) {
		struct credential *c = container_of(item, struct credential, in_account);

		if (c->kind == kind &&
		    (has_number_or_pin(c, name) || span_eq(name, span_of(c->label))))
			return c;
	}
	return NULL;
}

static void add_day(struct buf *out, int64_t wall_ms)
{
	char text[CLOCK_TEXT_LEN + 1];

	clock_text(wall_ms, text);
	buf_printf(out, "%.10s", wall_ms ? text : "never");
}

void credential_describe(const struct credential *c, struct buf *out)
{
	buf_printf(out, "%s %lld (%s), added ",
		   c->kind == CREDENTIAL_CERT ? "certificate" : "token", (long long)c->id,
		   c->label);
	add_day(out, c->created_ms);
	buf_add_str(out, ", last used ");
	add_day(out, c->used_ms);
}

size_t credentials_count(const struct account *a)
{
	size_t n = 0;

	list_for_each(item, &a->credentials)
		n++;
	return n;
}

size_t credentials_beside(const struct account *a, const struct session *own,
			  enum credential_kind kind)
{
	size_t n = 0;

	list_for_each(item, &a->credentials) {
		const struct credential *c = container_of(item, struct credential, in_account);

		n += c->kind == kind && !(own && credential_is_of(c, own));
	}
	return n;
}

void credentials_free(struct account *a)
{
	list_for_each_safe(item, after, &a->credentials)
		credential_free(container_of(item, struct credential, in_account));
}
