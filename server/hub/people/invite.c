// SPDX-License-Identifier: MIT
#include "server/hub/people/invite.h"

#include "common/die.h"
#include "common/encode.h"
#include "server/hub/journal/post.h"
#include "server/hub/people/account.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void secret_make(struct hub *h, char text[static SECRET_TEXT_LEN + 1])
{
	uint8_t bytes[SECRET_BYTES];
	struct buf out = {0};

	hub_random(h, bytes, sizeof(bytes));
	encode_b64url(&out, bytes, sizeof(bytes));
	memcpy(text, out.at, SECRET_TEXT_LEN);
	text[SECRET_TEXT_LEN] = '\0';
	sodium_memzero(bytes, sizeof(bytes));
	sodium_memzero(out.at, out.len);
	buf_clear(&out);
}

void secret_hash(const struct hub *h, struct span text, uint8_t hash[static SECRET_HASH_LEN])
{
	crypto_generichash(hash, SECRET_HASH_LEN, (const uint8_t *)text.at, text.len,
			   h->token_key, sizeof(h->token_key));
}

static struct span key_of(const struct invite *i)
{
	return span_from(i->hash, sizeof(i->hash));
}

static void add(struct hub *h, struct invite *i)
{
	idmap_put(&h->invites, (uint64_t)i->id, i);
	map_put(&h->invite_hashes, key_of(i), i);
}

static void invite_post(struct hub *h, const struct invite *i)
{
	struct entry e = {.kind = ENTRY_INVITE};

	e.invite = (struct entry_invite){
		.id = i->id,
		.room = i->room,
		.uses_left = i->uses_left,
		.uses_max = i->uses_max,
		.expires_ms = i->expires_ms,
		.created_ms = i->created_ms,
		.creator = span_of(i->creator),
		.note = span_of(i->note),
		.guest_ms = i->guest_ms,
		.maker = i->maker,
	};
	memcpy(e.invite.hash, i->hash, sizeof(i->hash));
	post(h, &e);
}

struct invite *invite_new(struct hub *h, const struct invite *wanted,
			  char token[static SECRET_TEXT_LEN + 1])
{
	struct invite *i = xcalloc(1, sizeof(*i));

	secret_make(h, token);
	secret_hash(h, span_from(token, SECRET_TEXT_LEN), i->hash);
	i->id = hub_new_id(h);
	i->room = wanted->room;
	i->uses_left = i->uses_max = wanted->uses_max;
	i->expires_ms = wanted->expires_ms;
	i->guest_ms = wanted->guest_ms;
	i->maker = wanted->maker;
	i->created_ms = h->now.wall_ms;
	i->creator = xstrdup(wanted->creator);
	i->note = xstrdup(wanted->note);
	add(h, i);
	invite_post(h, i);
	return i;
}

static bool is_over(const struct hub *h, const struct invite *i)
{
	return i->expires_ms && i->expires_ms <= h->now.wall_ms;
}

// A guest comes to a room that is there, and for some time.
static bool may_bring(const struct hub *h, const struct invite *i)
{
	return !i->guest_ms || (i->guest_ms > h->now.wall_ms &&
				idmap_find(&h->rooms, (uint64_t)i->room) != NULL);
}

static const struct account *maker(const struct hub *h, const struct invite *i)
{
	return i->maker ? idmap_find(&h->accounts, (uint64_t)i->maker) : NULL;
}

// What somebody made who is shut out lets nobody in.
static bool is_vouched_for(const struct hub *h, const struct invite *i)
{
	const struct account *a = maker(h, i);

	return !i->maker || (a && !account_is_shut(a));
}

struct invite *invite_find(struct hub *h, struct span token)
{
	uint8_t hash[SECRET_HASH_LEN];
	struct invite *i;

	if (token.len != SECRET_TEXT_LEN)
		return NULL;
	secret_hash(h, token, hash);
	i = map_find(&h->invite_hashes, span_from(hash, sizeof(hash)));
	return i && invite_is_usable(h, i) ? i : NULL;
}

struct invite *invite_by_id(struct hub *h, int64_t id)
{
	return idmap_find(&h->invites, (uint64_t)id);
}

bool invite_is_usable(const struct hub *h, const struct invite *i)
{
	return i->uses_left > 0 && !is_over(h, i) && may_bring(h, i) && is_vouched_for(h, i);
}

void invite_reword(struct hub *h, struct invite *i, struct span creator, struct span note)
{
	free(i->creator);
	i->creator = span_dup(creator);
	free(i->note);
	i->note = span_dup(note);
	invite_post(h, i);
}

void invite_use(struct hub *h, struct invite *i)
{
	i->uses_left--;
	invite_post(h, i);
}

void invite_refund(struct hub *h, int64_t id)
{
	struct invite *i = invite_by_id(h, id);

	if (!i || i->uses_left >= i->uses_max)
		return;
	i->uses_left++;
	invite_post(h, i);
}

static void invite_free(struct invite *i)
{
	free(i->creator);
	free(i->note);
	free(i);
}

void invite_delete(struct hub *h, struct invite *i)
{
	struct entry e = {.kind = ENTRY_INVITE_GONE};

	e.invite_gone.id = i->id;
	post(h, &e);
	idmap_remove(&h->invites, (uint64_t)i->id);
	map_remove(&h->invite_hashes, key_of(i));
	invite_free(i);
}

void invites_withdraw(const struct account *a, stream_id room)
{
	struct hub *h = a->hub;
	size_t cursor = 0;
	struct invite *i;

	while ((i = idmap_next(&h->invites, &cursor))) {
		if (i->maker != a->id || (room && i->room != room))
			continue;
		invite_delete(h, i);
		cursor = 0;
	}
}

static struct snug_link link_of(const struct hub *h, struct span room, const char *token)
{
	struct snug_link link = h->config.link;

	snprintf(link.room, sizeof(link.room), SPAN_FMT, SPAN_ARG(room));
	snprintf(link.invite, sizeof(link.invite), "%s", token);
	return link;
}

void invite_url(const struct hub *h, struct span room, const char *token, struct buf *out)
{
	struct snug_link link = link_of(h, room, token);

	snug_link_print(out, &link);
	sodium_memzero(link.invite, sizeof(link.invite));
}

void invite_page_url(const struct hub *h, struct span room, const char *token, struct buf *out)
{
	struct snug_link link = link_of(h, room, token);

	if (h->config.has_page)
		snug_link_print_page(out, &link, h->config.web_port);
	sodium_memzero(link.invite, sizeof(link.invite));
}

struct span invite_by(const struct hub *h, const struct invite *i)
{
	const struct account *a = maker(h, i);

	return span_of(a ? a->name : i->creator);
}

void invite_load(struct hub *h, const struct entry_invite *row)
{
	struct invite *i;

	if (idmap_find(&h->invites, (uint64_t)row->id)) {
		hub_load_failed(h, "two invites have the number %lld", (long long)row->id);
		return;
	}
	i = xcalloc(1, sizeof(*i));
	i->id = row->id;
	memcpy(i->hash, row->hash, sizeof(i->hash));
	i->room = row->room;
	i->uses_left = row->uses_left;
	i->uses_max = row->uses_max;
	i->expires_ms = row->expires_ms;
	i->created_ms = row->created_ms;
	i->creator = span_dup(row->creator);
	i->note = span_dup(row->note);
	i->guest_ms = row->guest_ms;
	i->maker = row->maker;
	hub_saw_id(h, i->id);
	add(h, i);
}

void invites_free(struct hub *h)
{
	size_t cursor = 0;
	struct invite *i;

	while ((i = idmap_next(&h->invites, &cursor)))
		invite_free(i);
	idmap_clear(&h->invites);
	map_clear(&h->invite_hashes);
}
