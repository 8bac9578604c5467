// SPDX-License-Identifier: MIT
#include "server/hub/door/erase_words.h"

#include "common/names.h"
#include "server/hub/people/freed.h"
#include "server/hub/people/invite.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/hook.h"
#include "server/hub/rooms/room.h"

static bool is_of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

static size_t word_len(struct span text)
{
	size_t n = 0;

	while (n < text.len && is_of_name(text.at[n]))
		n++;
	return n;
}

static bool was_called(const struct hub *h, account_id id, struct span name)
{
	return name_is_account(name) && name_was_of(h, name) == id;
}

// Behind # stands a room.
bool erase_names(const struct hub *h, account_id id, struct span text, struct span name,
		 struct buf *out)
{
	bool is_found = false, is_room = false;

	while (text.len) {
		struct span word = span_from(text.at, word_len(text));
		bool is_his = word.len && !is_room && was_called(h, id, word);

		is_found |= is_his;
		if (!word.len)
			word.len = 1;
		is_room = word.at[0] == '#';
		buf_add_span(out, is_his ? name : word);
		text = span_after(text, word.len);
	}
	if (!is_found)
		buf_clear(out);
	return is_found;
}

// What was done, and to whom, stays; what was said of it goes.
static struct span deed(const struct entry_audit *row)
{
	static const char *const said[] = {"topic", "wallops", "server announce"};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		if (span_eq(row->verb, span_of(said[i])))
			return SPAN("");
	}
	for (size_t i = 0; i + 1 < row->detail.len; i++) {
		if (row->detail.at[i] == ':' && row->detail.at[i + 1] == ' ')
			return span_from(row->detail.at, i);
	}
	return row->detail;
}

// Who did it, and the text about that, which is theirs: it goes with them (`kept` of it stays),
// or else names in it do. False: nothing changes.
static bool reword(const struct hub *h, account_id id, struct span name, struct span by,
		   struct span kept, struct span text, struct reworded *out)
{
	bool is_his = was_called(h, id, by);

	buf_add_span(&out->by, is_his ? name : by);
	if (!erase_names(h, id, is_his ? kept : text, name, &out->text))
		buf_add_span(&out->text, is_his ? kept : text);
	return is_his || !span_eq(buf_span(&out->text), text);
}

void reworded_clear(struct reworded *w)
{
	buf_clear(&w->by);
	buf_clear(&w->text);
	buf_clear(&w->reason);
}

bool erase_logged(const struct hub *h, account_id id, const struct entry_audit *row,
		  struct span name, struct reworded *out)
{
	bool is_changed = reword(h, id, name, row->actor, deed(row), row->detail, out);
	struct reworded why = {0};

	is_changed |= reword(h, id, name, row->actor, SPAN(""), row->reason, &why);
	buf_add_span(&out->reason, buf_span(&why.text));
	reworded_clear(&why);
	return is_changed;
}

static void reword_bans(struct hub *h, struct list *bans, account_id id, struct span name)
{
	list_for_each(item, bans) {
		struct ban *b = container_of(item, struct ban, in_list);
		struct reworded w = {0};

		if (reword(h, id, name, span_of(b->by), SPAN(""), span_of(b->reason), &w))
			ban_reword(b, buf_span(&w.by), buf_span(&w.text));
		reworded_clear(&w);
	}
}

static void reword_invites(struct hub *h, account_id id, struct span name)
{
	size_t cursor = 0;
	struct invite *i;

	while ((i = idmap_next(&h->invites, &cursor)) != NULL) {
		struct reworded w = {0};

		if (reword(h, id, name, span_of(i->creator), SPAN(""), span_of(i->note), &w))
			invite_reword(h, i, buf_span(&w.by), buf_span(&w.text));
		reworded_clear(&w);
	}
}

static void rename_makers_of_hooks(struct hub *h, account_id id, struct span name)
{
	size_t cursor = 0;
	struct hook *k;

	while ((k = idmap_next(&h->hooks, &cursor)) != NULL) {
		if (was_called(h, id, span_of(k->creator)))
			hook_set_creator(k, name);
	}
}

void erase_makers(struct hub *h, account_id id, struct span name)
{
	size_t cursor = 0;
	struct room *r;

	reword_bans(h, &h->server_bans, id, name);
	reword_invites(h, id, name);
	rename_makers_of_hooks(h, id, name);
	while ((r = idmap_next(&h->rooms, &cursor)) != NULL) {
		reword_bans(h, &r->bans, id, name);
		if (!was_called(h, id, span_of(r->topic_by)))
			continue;
		room_set_text(&r->topic_by, name);
		room_post(r);
	}
}
