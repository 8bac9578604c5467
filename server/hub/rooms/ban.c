// SPDX-License-Identifier: MIT
// Invariants: a list holds at most one ban of a kind and mask (case ignored). What names
// somebody who is there holds the account's id, and the name that it has at the moment: nothing
// is compared by a name that could be another's by now.
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
	b->hub->n_loose_bans -= b->is_loose;
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

static void set_account(struct ban *b, const struct account *a)
{
	b->hub->n_loose_bans -= b->is_loose;
	b->account = a == NULL ? 0 : a->id;
	b->is_loose = a == NULL && mask_name(span_of(b->mask)).len > 0;
	b->hub->n_loose_bans += b->is_loose;
}

static struct ban *ban_new(struct hub *h, struct room *r, enum ban_kind kind, struct span mask,
			   const struct account *a)
{
	struct ban *b = xcalloc(1, sizeof(*b));

	b->hub = h;
	b->room = r;
	b->kind = kind;
	b->mask = span_dup(mask);
	set_account(b, a);
	list_add(bans_of(h, r), &b->in_list);
	return b;
}

static void set_text(char **field, struct span text)
{
	free(*field);
	*field = span_dup(text);
}

// The mask as it is stored: of who is named the id alone.
static void add_form(const struct ban *b, struct buf *out)
{
	if (b->account != 0)
		mask_without_name(span_of(b->mask), out);
	else
		buf_add_str(out, b->mask);
}

static void ban_post(const struct ban *b)
{
	struct buf form = {0};

	add_form(b, &form);
	post(b->hub, &(struct entry){.kind = ENTRY_BAN,
				     .ban = {
					     .room = b->room == NULL ? 0 : b->room->stream.id,
					     .kind = b->kind,
					     .mask = buf_span(&form),
					     .account = b->account,
					     .by = span_of(b->by),
					     .reason = span_of(b->reason),
					     .at_ms = b->at_ms,
					     .expires_ms = b->expires_ms,
					     .seq = b->upto.seq,
					     .id = b->upto.id,
				     }});
	buf_clear(&form);
}

struct ban *ban_add(struct hub *h, struct room *r, enum ban_kind kind, struct span mask,
		    struct span by, struct span reason, int64_t lasts_ms)
{
	struct ban *b = ban_lookup(h, r, kind, mask);

	if (b == NULL)
		b = ban_new(h, r, kind, mask, account_find(h, mask_name(mask)));
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

void ban_reword(struct ban *b, struct span by, struct span reason)
{
	free(b->by);
	b->by = span_dup(by);
	free(b->reason);
	b->reason = span_dup(reason);
	ban_post(b);
}

static void post_gone(const struct ban *b)
{
	struct buf form = {0};

	add_form(b, &form);
	post(b->hub, &(struct entry){.kind = ENTRY_BAN_GONE,
				     .ban_gone = {
					     .room = b->room == NULL ? 0 : b->room->stream.id,
					     .kind = b->kind,
					     .mask = buf_span(&form),
					     .account = b->account,
				     }});
	buf_clear(&form);
}

void ban_remove(struct ban *b)
{
	post_gone(b);
	ban_free(b);
}

// Of an account that is gone nothing is left.
static struct ban *load(struct hub *h, struct room *r, const struct entry_ban *row)
{
	const struct account *a = row->account == 0 ? NULL : account_by_id(h, row->account);
	struct buf mask = {0};
	struct ban *b;

	if (row->account != 0 && a == NULL)
		return NULL;
	if (a == NULL)
		buf_add_span(&mask, row->mask);
	else
		mask_with_name(row->mask, span_of(a->name), &mask);
	b = ban_lookup(h, r, row->kind, buf_span(&mask));
	if (b == NULL)
		b = ban_new(h, r, row->kind, buf_span(&mask), a);
	buf_clear(&mask);
	return b;
}

void ban_load(struct hub *h, const struct entry_ban *row)
{
	struct room *r = row->room == 0 ? NULL : room_by_id(h, row->room);
	struct ban *b = row->room != 0 && r == NULL ? NULL : load(h, r, row);

	if (b == NULL)
		return;
	set_text(&b->by, row->by);
	set_text(&b->reason, row->reason);
	b->at_ms = row->at_ms;
	b->expires_ms = row->expires_ms;
	b->upto = (struct upto){row->seq, row->id};
}

// Of b, which is loose: from another one it would be told apart by nothing any more.
static bool is_twin(struct list *bans, const struct ban *b)
{
	list_for_each(item, bans) {
		const struct ban *other = ban_at(item);

		if (other->kind == b->kind && !other->is_loose && !ban_is_over(other) &&
		    span_eq_fold(span_of(other->mask), span_of(b->mask)))
			return true;
	}
	return false;
}

static void drop_void(struct list *bans)
{
	list_for_each_safe(item, after, bans)
		if (ban_at(item)->is_void)
			ban_remove(ban_at(item));
}

// It named nobody, and now this account.
static void fasten(struct list *bans, struct ban *b, const struct account *a)
{
	b->is_void = is_twin(bans, b);
	if (b->is_void)
		return;
	post_gone(b);
	set_account(b, a);
	ban_post(b);
}

static void show_name(struct ban *b, struct span name)
{
	struct buf form = {0}, mask = {0};

	mask_without_name(span_of(b->mask), &form);
	mask_with_name(buf_span(&form), name, &mask);
	set_text(&b->mask, buf_span(&mask));
	buf_clear(&form);
	buf_clear(&mask);
}

static void name_in(struct list *bans, const struct account *a)
{
	struct span name = span_of(a->name);

	list_for_each(item, bans)
		if (ban_at(item)->account == a->id)
			show_name(ban_at(item), name);
	list_for_each(item, bans) {
		struct ban *b = ban_at(item);

		if (b->is_loose && span_eq_fold(mask_name(span_of(b->mask)), name))
			fasten(bans, b, a);
	}
	drop_void(bans);
}

void bans_named(struct account *a)
{
	size_t cursor = 0;
	struct room *r;

	name_in(&a->hub->server_bans, a);
	while ((r = idmap_next(&a->hub->rooms, &cursor)) != NULL)
		name_in(&r->bans, a);
}

void bans_known(struct account *a)
{
	if (a->hub->n_loose_bans > 0)
		bans_named(a);
}

// An invitation of who is gone is nobody's.
static void settle(struct list *bans, struct ban *b)
{
	const struct account *a;

	ban_start(b);
	if (b->account != 0)
		return;
	a = account_find(b->hub, mask_name(span_of(b->mask)));
	if (b->kind == BAN_INVITED && (a == NULL || a->created_ms > b->at_ms))
		b->is_void = true;
	else if (a != NULL)
		fasten(bans, b, a);
}

static void start_list(struct list *bans)
{
	list_for_each(item, bans)
		settle(bans, ban_at(item));
	drop_void(bans);
}

void bans_start(struct hub *h)
{
	size_t cursor = 0;
	struct room *r;

	start_list(&h->server_bans);
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL)
		start_list(&r->bans);
}

size_t bans_count(const struct room *r, enum ban_kind kind)
{
	size_t n = 0;

	list_for_each(item, &r->bans)
		n += ban_at(item)->kind == kind;
	return n;
}

// Whom a mask names is never younger, but where nobody had the name when it was set.
static bool is_meant(const struct ban *b, struct span mask, const struct account *a,
		     struct span full)
{
	if (b->account != 0 ? b->account != a->id
			    : b->kind != BAN_BAN && a->created_ms > b->at_ms)
		return false;
	return mask_means(mask, a, full);
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

		if (b->kind != kind || ban_is_over(b) || (mute && mutes == MUTES_NOT))
			continue;
		if (mute)
			mask = span_after(mask, 3);
		if (is_meant(b, mask, a, buf_span(&full))) {
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

struct ban *room_invitation(const struct room *r, const struct account *a)
{
	list_for_each(item, &r->bans) {
		struct ban *b = ban_at(item);

		if (b->kind == BAN_INVITED && b->account == a->id)
			return b;
	}
	return NULL;
}

bool room_has_invited(const struct room *r, const struct account *a)
{
	return room_invitation(r, a) != NULL;
}

struct upto room_invited_at(const struct room *r, const struct account *a)
{
	const struct ban *b = room_invitation(r, a);

	return b != NULL ? b->upto : stream_upto(r->hub, &r->stream);
}

void room_uninvite(struct room *r, const struct account *a)
{
	struct ban *b = room_invitation(r, a);

	if (b != NULL)
		ban_remove(b);
}

void room_uninvite_banned(struct room *r)
{
	list_for_each_safe(item, after, &r->bans) {
		struct ban *b = ban_at(item);
		const struct account *a =
			b->kind == BAN_INVITED ? account_by_id(r->hub, b->account) : NULL;

		if (a != NULL && room_bans(r, a))
			ban_remove(b);
	}
}
