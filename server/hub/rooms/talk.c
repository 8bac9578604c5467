// SPDX-License-Identifier: MIT
#include "server/hub/rooms/talk.h"

#include "server/hub/rooms/member.h"
#include "server/hub/rooms/mode.h"
#include "server/letters/limits.h"

#include <assert.h>

#define NAME_LETTERS 8 // inside: that nobody has by chance

bool talk_is_full(const struct room *r)
{
	return r->talk && r->n_members >= TALK_MAX;
}

static bool is_of(const struct room *r, struct account *const *people, size_t n)
{
	if (!r->talk || r->n_members != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (member_find(r, people[i]) == NULL)
			return false;
	}
	return true;
}

struct room *talk_find(struct account *const *people, size_t n)
{
	const struct account *first = people[0];

	for (size_t i = 0; i < first->n_members; i++) {
		if (is_of(first->members[i]->room, people, n))
			return first->members[i]->room;
	}
	return NULL;
}

static void make_name(struct hub *h, struct buf *out)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	uint8_t bytes[NAME_LETTERS];

	do {
		buf_reset(out);
		buf_add_str(out, "#talk-");
		hub_random(h, bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes); i++)
			buf_add_char(out, letters[bytes[i] % (sizeof(letters) - 1)]);
	} while (room_find(h, buf_span(out)) != NULL);
}

// Who is not there hears of nothing and comes first: the JOINs of the others name all.
static void join_all(struct room *r, struct account *const *people, size_t n, bool shown)
{
	for (size_t i = 0; i < n; i++) {
		if (people[i]->shown == shown)
			member_join(r, people[i], MEMBER_PLAIN);
	}
}

struct room *talk_new(struct account *const *people, size_t n)
{
	struct hub *h = people[0]->hub;
	struct buf name = {0};
	struct room *r;

	assert(n >= TALK_MIN && n <= TALK_MAX);
	make_name(h, &name);
	r = room_new(h, buf_span(&name), NULL);
	buf_clear(&name);
	r->talk = true;
	r->flags |= ROOM_SECRET | ROOM_INVITE_ONLY;
	room_post(r);
	join_all(r, people, n, false);
	join_all(r, people, n, true);
	return r;
}

void talk_ends(struct room *r, struct account *by)
{
	struct member *m = member_find(r, by);
	struct buf args = {0};

	r->talk = false;
	room_post(r);
	if (m == NULL)
		return;
	member_set_role(m, MEMBER_MODERATOR);
	buf_printf(&args, " %s", by->name);
	mode_say(r, NULL, SPAN("+o"), buf_span(&args));
	buf_clear(&args);
}

void talk_tags(const struct room *r, struct buf *out)
{
	if (!r->talk)
		return;
	buf_add_str(out, out->len > 0 ? ";snug.chat/people=" : "snug.chat/people=");
	for (size_t i = 0; i < r->n_members; i++)
		buf_printf(out, "%s%s", i > 0 ? "," : "", r->members[i]->account->name);
}
