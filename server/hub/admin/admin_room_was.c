// SPDX-License-Identifier: MIT
#include "server/hub/admin/admin_room_was.h"

#include "common/die.h"
#include "server/hub/rooms/modes.h"
#include "server/hub/rooms/room.h"

#include <stdlib.h>

static void add_number(struct buf *out, int64_t n)
{
	if (n)
		buf_add_i64(out, n);
	else
		buf_add_str(out, "none");
}

static void put_name(const struct room *r, struct buf *out)
{
	buf_add_str(out, r->name);
}

static void put_modes(const struct room *r, struct buf *out)
{
	size_t n;
	const struct room_mode *all = modes_all(&n);

	buf_add_char(out, '+');
	for (size_t i = 0; i < n; i++) {
		if (all[i].kind == MODE_FLAG && (r->flags & all[i].which))
			buf_add_char(out, all[i].letter);
	}
}

static void put_limit(const struct room *r, struct buf *out)
{
	add_number(out, r->limit);
}

static void put_waits(const struct room *r, struct buf *out)
{
	add_number(out, r->slow_s);
	buf_add_char(out, '/');
	add_number(out, r->newcomer_s);
}

static void put_keep(const struct room *r, struct buf *out)
{
	add_number(out, r->keep_ms);
	buf_add_char(out, '/');
	add_number(out, r->keep_bytes);
}

static void put_welcome(const struct room *r, struct buf *out)
{
	buf_add_str(out, r->newcomers ? "yes" : "no");
}

static void put_key(const struct room *r, struct buf *out)
{
	buf_add_str(out, r->key);
}

static void put_topic(const struct room *r, struct buf *out)
{
	buf_add_str(out, r->topic);
}

static void put_rules(const struct room *r, struct buf *out)
{
	buf_add_str(out, r->rules);
}

static const struct {
	const char *word;
	bool is_hidden;
	void (*put)(const struct room *r, struct buf *out);
} facts[] = {
	{"name", false, put_name},
	{"modes", false, put_modes},
	{"limit", false, put_limit},
	{"slow/newcomers (s)", false, put_waits},
	{"keep (ms/bytes)", false, put_keep},
	{"welcome", false, put_welcome},
	{"key", true, put_key},
	{"topic", true, put_topic},
	{"rules", true, put_rules},
};
_Static_assert(ARRAY_LEN(facts) == ROOM_FACTS, "a fact without a place in struct room_was");

struct room_was room_was(const struct room *r)
{
	struct room_was was = {.name = xstrdup(r->name)};

	for (size_t i = 0; i < ROOM_FACTS; i++) {
		struct buf text = {0};

		facts[i].put(r, &text);
		was.facts[i] = span_dup(buf_span(&text));
		buf_clear(&text);
	}
	return was;
}

void verb_audit_room(struct verb_call *c, const struct room *r, struct room_was *was)
{
	struct room_was now = room_was(r);
	struct buf detail = {0};
	const char *before = " ";

	buf_add_str(&detail, was->name);
	for (size_t i = 0; i < ROOM_FACTS; i++) {
		bool is_same = !strcmp(was->facts[i], now.facts[i]);

		if (!is_same && facts[i].is_hidden)
			buf_printf(&detail, "%s%s changed", before, facts[i].word);
		else if (!is_same)
			buf_printf(&detail, "%s%s %s -> %s", before, facts[i].word,
				   was->facts[i], now.facts[i]);
		before = is_same ? before : "; ";
		free(was->facts[i]);
		free(now.facts[i]);
	}
	free(was->name);
	free(now.name);
	verb_audit(c, buf_span(&detail));
	buf_clear(&detail);
}
