// SPDX-License-Identifier: MIT
// Invariant: a list holds at most one ban of a kind and mask (case ignored).
#include "server/hub/rooms/ban.h"

#include "common/die.h"
#include "server/hub/rooms/mask.h"
#include "server/hub/rooms/mode.h"
#include "server/hub/journal/post.h"

#include <stdlib.h>

static struct list *bans_of(struct hub *h, struct room *r)
{
	return r == NULL ? &h->server_bans : &r->bans;
}

static struct ban *ban_at(struct list *item)
{
	return container_of(item, struct ban, in_list);
}

static void ban_free(struct ban *b)
{
	timer_stop(&b->timer);
	list_remove(&b->in_list);
	free(b->mask);
	free(b->by);
	free(b->reason);
	free(b);
}

void bans_clear(struct list *bans)
{
	while (!list_is_empty(bans))
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what is freed has left the list
		ban_free(ban_at(bans->next));
}

bool ban_is_over(const struct ban *b)
{
	return b->expires_ms != 0 && b->expires_ms <= b->hub->now.wall_ms;
}

static struct ban *ban_lookup(struct hub *h, struct room *r, enum ban_kind kind,
			      struct span mask)
{
	list_for_each(item, bans_of(h, r)) {
		struct ban *b = ban_at(item);

		if (b->kind == kind && span_eq_fold(span_of(b->mask), mask))
			return b;
	}
	return NULL;
}

struct ban *ban_find(struct hub *h, struct room *r, enum ban_kind kind, struct span mask)
{
	struct ban *b = ban_lookup(h, r, kind, mask);

	return b == NULL || ban_is_over(b) ? NULL : b;
}

bool ban_would_change(struct hub *h, struct room *r, enum ban_kind kind, struct span mask,
		      int64_t lasts_ms)
{
	const struct ban *b = ban_find(h, r, kind, mask);

	return b == NULL || b->expires_ms != 0 || lasts_ms != 0;
}

bool bans_are_full(struct room *r, enum ban_kind kind, struct span mask)
{
	return bans_count(r, kind) >= BANS_PER_ROOM && ban_find(r->hub, r, kind, mask) == NULL;
}

static void on_over(struct hub *h, struct timer *t)
{
	struct ban *b = container_of(t, struct ban, timer);

	(void)h;
	if (b->room != NULL)
		mode_say_unban(b->room, b);
	ban_remove(b);
}

static void ban_start(struct ban *b)
{
	struct hub *h = b->hub;
	int64_t left = b->expires_ms - h->now.wall_ms;

	timer_stop(&b->timer);
	if (b->expires_ms != 0)
		timer_set(h, &b->timer, h->now.mono_ms + (left > 0 ? left : 0), on_over);
}

static struct ban *ban_new(struct hub *h, struct room *r, enum ban_kind kind, struct span mask)
{
	struct ban *b = xcalloc(1, sizeof(*b));

	b->hub = h;
	b->room = r;
	b->kind = kind;
	b->mask = span_dup(mask);
	list_add(bans_of(h, r), &b->in_list);
	return b;
}

static void set_text(char **field, struct span text)
{
	free(*field);
	*field = span_dup(text);
}

static void ban_post(const struct ban *b)
{
	post(b->hub, &(struct entry){.kind = ENTRY_BAN,
				     .ban = {
					     .room = b->room == NULL ? 0 : b->room->stream.id,
					     .kind = b->kind,
					     .mask = span_of(b->mask),
					     .by = span_of(b->by),
					     .reason = span_of(b->reason),
					     .at_ms = b->at_ms,
					     .expires_ms = b->expires_ms,
					     .seq = b->upto.seq,
					     .id = b->upto.id,
				     }});
}

struct ban *ban_add(struct hub *h, struct room *r, enum ban_kind kind, struct span mask,
		    struct span by, struct span reason, int64_t lasts_ms)
{
	struct ban *b = ban_lookup(h, r, kind, mask);

	if (b == NULL)
		b = ban_new(h, r, kind, mask);
	set_text(&b->by, by);
	set_text(&b->reason, reason);
	b->at_ms = h->now.wall_ms;
	b->expires_ms = lasts_ms == 0 ? 0 : h->now.wall_ms + lasts_ms;
	b->upto = (struct upto){0};
	if (r != NULL)
		b->upto = stream_upto(h, &r->stream);
	ban_start(b);
	ban_post(b);
	return b;
}

void ban_remove(struct ban *b)
{
	post(b->hub, &(struct entry){.kind = ENTRY_BAN_GONE,
				     .ban_gone = {
					     .room = b->room == NULL ? 0 : b->room->stream.id,
					     .kind = b->kind,
					     .mask = span_of(b->mask),
				     }});
	ban_free(b);
}

void ban_load(struct hub *h, const struct entry_ban *row)
{
	struct room *r = row->room == 0 ? NULL : room_by_id(h, row->room);
	struct ban *b;

	if (row->room != 0 && r == NULL)
		return;
	b = ban_lookup(h, r, row->kind, row->mask);
	if (b == NULL)
		b = ban_new(h, r, row->kind, row->mask);
	set_text(&b->by, row->by);
	set_text(&b->reason, row->reason);
	b->at_ms = row->at_ms;
	b->expires_ms = row->expires_ms;
	b->upto = (struct upto){row->seq, row->id};
}

static void start_list(struct list *bans)
{
	list_for_each(item, bans)
		ban_start(ban_at(item));
}

void bans_start(struct hub *h)
{
	size_t cursor = 0;
	struct room *r;

	start_list(&h->server_bans);
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL)
		start_list(&r->bans);
}

static void rename_in(struct list *bans, struct span old, struct span name)
{
	list_for_each_safe(item, after, bans) {
		struct ban *b = ban_at(item);
		struct span mask = span_of(b->mask), named = mask_name(mask);
		struct buf text = {0};

		if (ban_is_over(b) || !span_eq_fold(named, old))
			continue;
		buf_add(&text, mask.at, (size_t)(named.at - mask.at));
		buf_add_span(&text, name);
		buf_add_span(&text, span_after(mask, text.len - name.len + named.len));
		if (!span_eq_fold(buf_span(&text), mask)) {
			struct ban *other = ban_add(
				b->hub, b->room, b->kind, buf_span(&text), span_of(b->by),
				span_of(b->reason),
				b->expires_ms ? b->expires_ms - b->hub->now.wall_ms : 0);

			other->upto = b->upto;
			ban_post(other);
			ban_remove(b);
		}
		buf_clear(&text);
	}
}

void bans_renamed(struct hub *h, struct span old, struct span name)
{
	size_t cursor = 0;
	struct room *r;

	rename_in(&h->server_bans, old, name);
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL)
		rename_in(&r->bans, old, name);
}

size_t bans_count(const struct room *r, enum ban_kind kind)
{
	size_t n = 0;

	list_for_each(item, &r->bans)
		n += ban_at(item)->kind == kind;
	return n;
}

// A pattern and an invitation let in who was there when they were set. An exact name goes and
// changes with its account, so that whoever has it is meant, also when nobody had it then.
static bool is_too_young(const struct ban *b, const struct account *a)
{
	bool is_exact = b->kind != BAN_INVITED && mask_name(span_of(b->mask)).len > 0;

	return b->kind != BAN_BAN && !is_exact && a->created_ms > b->at_ms;
}

enum mutes { MUTES_TOO, MUTES_NOT };

// Is the account meant by a ban of this kind? A mute keeps nobody out of the room.
static bool any_matches(const struct room *r, enum ban_kind kind, enum mutes mutes,
			const struct account *a)
{
	struct buf full = {0};
	bool found = false;

	if (list_is_empty(&r->bans))
		return false;
	mask_who(a, &full);
	list_for_each(item, &r->bans) {
		const struct ban *b = ban_at(item);
		struct span mask = span_of(b->mask);
		bool mute = mask_is_mute(mask);

		if (b->kind != kind || ban_is_over(b) || (mute && mutes == MUTES_NOT) ||
		    is_too_young(b, a))
			continue;
		if (mute)
			mask = span_after(mask, 3);
		if (mask_means(mask, a, buf_span(&full))) {
			found = true;
			break;
		}
	}
	buf_clear(&full);
	return found;
}

bool room_bans(const struct room *r, const struct account *a)
{
	return any_matches(r, BAN_BAN, MUTES_NOT, a) &&
	       !any_matches(r, BAN_EXCEPT, MUTES_NOT, a);
}

bool room_mutes(const struct room *r, const struct account *a)
{
	return any_matches(r, BAN_BAN, MUTES_TOO, a) &&
	       !any_matches(r, BAN_EXCEPT, MUTES_TOO, a);
}

bool room_lets_in(const struct room *r, const struct account *a)
{
	return any_matches(r, BAN_INVITE, MUTES_NOT, a);
}

static struct ban *invitation(const struct room *r, const struct account *a)
{
	list_for_each(item, &r->bans) {
		struct ban *b = ban_at(item);

		if (b->kind == BAN_INVITED &&
		    span_eq_fold(span_of(b->mask), span_of(a->name)) && !ban_is_over(b))
			return b;
	}
	return NULL;
}

bool room_has_invited(const struct room *r, const struct account *a)
{
	const struct ban *b = invitation(r, a);

	return b != NULL && !is_too_young(b, a);
}

struct upto room_invited_at(const struct room *r, const struct account *a)
{
	const struct ban *b = invitation(r, a);

	return b != NULL && !is_too_young(b, a) ? b->upto : stream_upto(r->hub, &r->stream);
}

void room_uninvite(struct room *r, const struct account *a)
{
	struct ban *b = invitation(r, a);

	if (b != NULL)
		ban_remove(b);
}

void room_uninvite_banned(struct room *r)
{
	list_for_each_safe(item, after, &r->bans) {
		struct ban *b = ban_at(item);
		const struct account *a =
			b->kind == BAN_INVITED ? account_find(r->hub, span_of(b->mask)) : NULL;

		if (a != NULL && room_bans(r, a))
			ban_remove(b);
	}
}
