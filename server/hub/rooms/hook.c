// SPDX-License-Identifier: MIT
#include "server/hub/rooms/hook.h"

#include "common/die.h"
#include "common/names.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <sodium.h>
#include <stdlib.h>

#define USED_EVERY_MS (60LL * 60 * 1000)

static struct span key_of(const struct hook *k)
{
	return span_from(k->hash, sizeof(k->hash));
}

static void hook_post(const struct hook *k)
{
	struct entry e = {.kind = ENTRY_HOOK};

	e.hook = (struct entry_hook){
		.id = k->id,
		.room = k->room->stream.id,
		.name = span_of(k->name),
		.may_alert = k->may_alert,
		.created_ms = k->created_ms,
		.used_ms = k->used_ms,
		.creator = span_of(k->creator),
	};
	memcpy(e.hook.hash, k->hash, sizeof(k->hash));
	post(k->hub, &e);
}

static void add(struct hook *k)
{
	idmap_put(&k->hub->hooks, (uint64_t)k->id, k);
	map_put(&k->hub->hook_hashes, key_of(k), k);
}

static void draw_secret(struct hook *k, char secret[static SECRET_TEXT_LEN + 1])
{
	secret_make(k->hub, secret);
	secret_hash(k->hub, span_from(secret, SECRET_TEXT_LEN), k->hash);
}

struct hook *hook_new(struct room *r, struct span name, bool may_alert, struct span creator,
		      char secret[static SECRET_TEXT_LEN + 1])
{
	struct hook *k = xcalloc(1, sizeof(*k));

	k->hub = r->hub;
	k->id = hub_new_id(r->hub);
	k->room = r;
	k->name = span_dup(name);
	k->may_alert = may_alert;
	k->creator = span_dup(creator);
	k->created_ms = r->hub->now.wall_ms;
	draw_secret(k, secret);
	add(k);
	hook_post(k);
	return k;
}

void hook_rotate(struct hook *k, char secret[static SECRET_TEXT_LEN + 1])
{
	map_remove(&k->hub->hook_hashes, key_of(k));
	draw_secret(k, secret);
	map_put(&k->hub->hook_hashes, key_of(k), k);
	hook_post(k);
}

void hook_set_creator(struct hook *k, struct span creator)
{
	free(k->creator);
	k->creator = span_dup(creator);
	hook_post(k);
}

static void hook_free(struct hook *k)
{
	idmap_remove(&k->hub->hooks, (uint64_t)k->id);
	map_remove(&k->hub->hook_hashes, key_of(k));
	free(k->name);
	free(k->creator);
	free(k);
}

void hook_delete(struct hook *k)
{
	post(k->hub, &(struct entry){.kind = ENTRY_HOOK_GONE, .hook_gone = {k->id}});
	hook_free(k);
}

struct hook *hook_find(struct hub *h, struct span secret)
{
	uint8_t hash[SECRET_HASH_LEN];

	secret_hash(h, secret, hash);
	return map_find(&h->hook_hashes, span_from(hash, sizeof(hash)));
}

struct hook *hook_by_id(struct hub *h, int64_t id)
{
	return idmap_find(&h->hooks, (uint64_t)id);
}

struct hook *hook_named(const struct room *r, struct span name)
{
	size_t cursor = 0;
	struct hook *k;

	while ((k = idmap_next(&r->hub->hooks, &cursor))) {
		if (k->room == r && span_eq_fold(span_of(k->name), name))
			return k;
	}
	return NULL;
}

size_t hooks_of(const struct room *r)
{
	const struct hook *k;
	size_t cursor = 0, n = 0;

	while ((k = idmap_next(&r->hub->hooks, &cursor)))
		n += k->room == r;
	return n;
}

bool hook_is_name(struct span sender)
{
	struct span mark = SPAN(HOOK_MARK);

	return sender.len > mark.len &&
	       span_eq(span_after(sender, sender.len - mark.len), mark);
}

const char *hook_refusal(const struct room *r, struct span name)
{
	if (r->talk)
		return "a conversation of a few has no hooks: make a room";
	if (!name_is_account(name))
		return "a hook's name is like an account's: letters, digits, - and _, a letter "
		       "or _ first";
	if (hook_named(r, name))
		return "the room has a hook of that name already: rotate gives it another "
		       "address";
	if (hooks_of(r) >= HOOKS_PER_ROOM)
		return "the room has as many hooks as one may have: revoke one first";
	if (r->hub->hooks.n_items >= HOOKS_MAX)
		return "there are as many hooks as there may be: revoke some first";
	return NULL;
}

void hook_used(struct hook *k)
{
	int64_t now = k->hub->now.wall_ms;

	if (now - k->used_ms < USED_EVERY_MS)
		return;
	k->used_ms = now;
	hook_post(k);
}

unsigned hook_pay(struct hook *k)
{
	int64_t now = k->hub->now.mono_ms;
	int64_t level = k->full_ms > now ? k->full_ms - now : 0;
	int64_t over = level + HOOK_EVERY_MS - HOOK_BURST * HOOK_EVERY_MS;

	if (over > 0)
		return (unsigned)((over + 999) / 1000);
	k->full_ms = now + level + HOOK_EVERY_MS;
	return 0;
}

void hook_url(const struct hub *h, const char *secret, struct buf *out)
{
	buf_printf(out, "https://" SPAN_FMT, SPAN_ARG(h->config.name));
	if (h->config.web_port && h->config.web_port != 443)
		buf_printf(out, ":%u", h->config.web_port);
	buf_printf(out, "/hook/%s", secret);
}

void hook_load(struct hub *h, const struct entry_hook *row)
{
	struct room *r = room_by_id(h, row->room);
	struct hook *k;

	if (!r || hook_by_id(h, row->id)) {
		hub_load_failed(h, "hook %lld is there twice or belongs to no room",
				(long long)row->id);
		return;
	}
	k = xcalloc(1, sizeof(*k));
	k->hub = h;
	k->id = row->id;
	k->room = r;
	k->name = span_dup(row->name);
	memcpy(k->hash, row->hash, sizeof(k->hash));
	k->may_alert = row->may_alert;
	k->created_ms = row->created_ms;
	k->used_ms = row->used_ms;
	k->creator = span_dup(row->creator);
	hub_saw_id(h, k->id);
	add(k);
}

void hooks_lose_room(struct room *r)
{
	size_t cursor = 0;
	struct hook *k;

	while ((k = idmap_next(&r->hub->hooks, &cursor))) {
		if (k->room == r)
			hook_free(k);
	}
}

void hooks_free(struct hub *h)
{
	idmap_clear(&h->hooks);
	map_clear(&h->hook_hashes);
}
