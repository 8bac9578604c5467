// SPDX-License-Identifier: MIT
#include "server/hub/admin/admin_wire.h"

#include "common/json.h"
#include "common/wipe.h"
#include "server/hub/wire/reply.h"
#include "server/letters/admin_row.h"

#define PIECE 300 // inside: bytes of JSON that fit into one of our lines

void admin_wire_line(struct session *s, struct span json)
{
	do {
		size_t n = json.len < PIECE ? json.len : PIECE;
		struct line l;

		line_start(&l, s->hub, NULL, "ADMIN");
		line_str(&l, n < json.len ? "+" : "*");
		line_text(&l, span_from(json.at, n));
		reply_end(&l, s);
		json = span_after(json, n);
	} while (json.len);
}

static void say(struct session *s, json_t *object)
{
	struct buf text = {0};

	json_add_line(&text, object);
	admin_wire_line(s, span_from(text.at, text.len - 1));
	wipe_bytes(text.at, text.cap);
	buf_clear(&text);
	json_decref(object);
}

static const struct {
	enum admin_code of;
	const char *code;
} codes[] = {
	{.of = ADMIN_USAGE, .code = "INVALID_PARAMS"},
	{.of = ADMIN_NOT_FOUND, .code = "NO_SUCH_THING"},
	{.of = ADMIN_CONFLICT, .code = "VERB_CONFLICT"},
	{.of = ADMIN_DENIED, .code = "DISALLOWED"},
	{.of = ADMIN_PARTLY, .code = "PARTLY_DONE"},
	{.of = ADMIN_UNCONFIRMED, .code = "NEEDS_CONFIRMATION"},
	{.of = ADMIN_FAILED, .code = "VERB_FAILED"}, // and all others
};

static const char *code_of(enum admin_code of)
{
	size_t i = 0;

	while (i < ARRAY_LEN(codes) - 1 && codes[i].of != of)
		i++;
	return codes[i].code;
}

// What was made stands in a row of its own.
static void say_made(struct session *s, const struct admin_answer *a)
{
	json_t *object = json_object();

	admin_answer_made(a, object);
	if (json_object_size(object))
		say(s, object);
	else
		json_decref(object);
}

void admin_wire_show(struct session *s, const struct admin_answer *a)
{
	char *words = span_dup(a->words);

	for (size_t i = 0; i < a->n_rows; i++)
		say(s, admin_answer_row(a, i));
	say_made(s, a);
	if (a->code == ADMIN_DONE)
		note(s, "ADMIN", "VERB_DONE", (struct span){0}, words[0] ? words : "Done");
	else
		fail(s, "ADMIN", code_of(a->code), (struct span){0}, words);
	free(words);
}
