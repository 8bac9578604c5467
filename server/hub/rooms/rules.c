// SPDX-License-Identifier: MIT
// Which ones an account saw is told by when they were set, and outlives its membership: who
// comes again is shown them again only when they changed.
#include "server/hub/rooms/rules.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/wire/reply.h"

#include <stdlib.h>

struct rules_read {
	int64_t rules_ms;
};

static void put(struct account *a, stream_id room, int64_t rules_ms)
{
	struct rules_read *read = idmap_find(&a->rules_read, (uint64_t)room);

	if (read == NULL) {
		read = xcalloc(1, sizeof(*read));
		idmap_put(&a->rules_read, (uint64_t)room, read);
	}
	read->rules_ms = rules_ms;
}

static bool has_seen(const struct member *m)
{
	const struct rules_read *read =
		idmap_find(&m->account->rules_read, (uint64_t)m->room->stream.id);

	return read != NULL && read->rules_ms == m->room->rules_ms;
}

static void note_seen(struct member *m)
{
	const struct room *r = m->room;

	put(m->account, r->stream.id, r->rules_ms);
	post(r->hub,
	     &(struct entry){.kind = ENTRY_RULES_READ,
			     .rules_read = {m->account->id, r->stream.id, r->rules_ms}});
}

void rules_say(struct session *s, const struct room *r)
{
	const char *text = r->rules[0] != '\0' ? r->rules : "This room has no rules";
	struct line l;

	if (session_has(s, CAP_STANDARD_REPLIES)) {
		note(s, "JOIN", "ROOM_RULES", span_of(r->name), text);
		return;
	}
	line_start(&l, s->hub, NULL, "NOTICE");
	line_str(&l, r->name);
	line_textf(&l, "Rules of %s: %s", r->name, text);
	session_say(s, &l);
	line_clear(&l);
}

// On a disk that takes nothing they wait for another time.
void rules_show(struct member *m)
{
	if (m->room->rules[0] == '\0' || has_seen(m) || !can_post(m->room->hub))
		return;
	note_seen(m);
	list_for_each(item, &m->account->sessions)
		rules_say(container_of(item, struct session, in_account), m->room);
}

void rules_set(struct room *r, struct span text)
{
	int64_t now = r->hub->now.wall_ms;

	room_set_text(&r->rules, text);
	r->rules_ms = text.len == 0 ? 0 : now > r->rules_ms ? now : r->rules_ms + 1;
	room_post(r);
	for (size_t i = 0; i < r->n_members; i++) {
		if (member_is_present(r->members[i]))
			rules_show(r->members[i]);
	}
}

void rules_read_load(struct hub *h, const struct entry_rules_read *row)
{
	struct account *a = account_by_id(h, row->account);

	if (a != NULL)
		put(a, row->room, row->rules_ms);
}

void rules_forget(struct account *a)
{
	struct rules_read *read;
	size_t cursor = 0;

	while ((read = idmap_next(&a->rules_read, &cursor)) != NULL)
		free(read);
	idmap_clear(&a->rules_read);
}
