// SPDX-License-Identifier: MIT
// history import: which records are taken, what each that is not lacks, and what comes of them.
#include "tests/support/hub_fixture.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define THEN "2020-01-01T00:00:00.000Z"
#define LATER "2020-01-01T00:00:00.001Z"

static struct admin_answer *import(struct fixture *f, const struct admin_record *records,
				   size_t n)
{
	static const char *const words[] = {"history", "import", "-", "--room", "den"};
	struct admin_request *r = admin_request_new();

	r->words = xcalloc(ARRAY_LEN(words), sizeof(*r->words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		r->words[r->n_words++] = span_of(words[i]);
	r->records = xmemdup(records, n * sizeof(*records));
	r->n_records = n;
	return fixture_request(f, r);
}

static void expect_import(struct fixture *f, const struct admin_record *records, size_t n,
			  enum admin_code code, const char *words)
{
	struct admin_answer *a = import(f, records, n);

	if (a->code != code || !span_eq(a->words, span_of(words)))
		fail_msg("%d: " SPAN_FMT ", not %d: %s", a->code, SPAN_ARG(a->words), code,
			 words);
	admin_answer_free(a);
}

static int with_a_room(void **state)
{
	struct fixture *f = fixture_new(NULL);

	*state = f;
	peer_join(fixture_login(f, "alice", "batch draft/chathistory server-time"), "#den");
	return 0;
}
#define TEST(fn) HUB_TEST_WITH(fn, with_a_room)

static void each_record_has_a_time_a_name_and_a_text(void **state)
{
	static char longest[MULTILINE_BYTES_MAX + 1], name[RELAYED_NAME_MAX + 1];
	const struct span at = SPAN(THEN), by = SPAN("zed"), text = SPAN("hi");
	const struct {
		struct admin_record record;
		const char *fault; // NULL: none
	} rows[] = {
		{{.name = by, .text = text}, "time is to be as in 2026-01-31T12:00:00.000Z"},
		{{.time = SPAN("then"), .name = by, .text = text},
		 "time is to be as in 2026-01-31T12:00:00.000Z"},
		{{.time = SPAN("2099-01-01T00:00:00.000Z"), .name = by, .text = text},
		 "it is not older than this server: only what was said before it is imported"},
		{{.time = at, .name = by, .text = text, .kind = SPAN("TAGMSG")},
		 "kind is PRIVMSG or NOTICE"},
		{{.time = at, .name = by, .text = SPAN("")},
		 "text is empty, too long, or holds what no message may"},
		{{.time = at, .name = by, .text = SPAN("a\rb")},
		 "text is empty, too long, or holds what no message may"},
		{{.time = at, .name = by, .text = SPAN("a\0b")},
		 "text is empty, too long, or holds what no message may"},
		{{.time = at, .name = by, .text = SPAN("\xff")},
		 "text is empty, too long, or holds what no message may"},
		{{.time = at, .name = by, .text = {longest, MULTILINE_BYTES_MAX + 1}},
		 "text is empty, too long, or holds what no message may"},
		{{.time = at, .name = SPAN(""), .text = text}, "name is empty or too long"},
		{{.time = at, .name = {name, RELAYED_NAME_MAX - 6}, .text = text},
		 "name is empty or too long"},
	};
	struct fixture *f = *state;

	memset(longest, 'x', sizeof(longest));
	memset(name, 'y', sizeof(name));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf words = {0};

		buf_printf(&words, "message 1: %s; nothing is stored", rows[i].fault);
		expect_import(f, &rows[i].record, 1, ADMIN_USAGE, buf_str(&words));
		buf_clear(&words);
	}
	expect_import(f,
		      &(struct admin_record){.time = at,
					     .name = {name, RELAYED_NAME_MAX - 7},
					     .text = {longest, MULTILINE_BYTES_MAX},
					     .kind = SPAN("PRIVMSG")},
		      1, ADMIN_DONE, "1 messages stored in #den, 0 were there already");
}

static void they_come_in_their_order_and_once(void **state)
{
	const struct admin_record records[] = {
		{.time = SPAN(THEN), .name = SPAN("ALICE"), .text = SPAN("one")},
		{.time = SPAN(LATER),
		 .name = SPAN("a b!c\u202e\u00e9"),
		 .text = SPAN("two"),
		 .kind = SPAN("NOTICE")},
	};
	const struct admin_record same[] = {records[0], records[0]};
	struct fixture *f = *state;
	struct peer *alice;

	expect_import(f, NULL, 0, ADMIN_USAGE, "1 to 20000 messages go in one request, not 0");
	expect_import(f, same, 2, ADMIN_USAGE,
		      "message 2: it is not newer than the one before it; nothing is stored");
	fixture_disk_is(f, DISK_FULL);
	expect_import(f, records, 1, ADMIN_FAILED,
		      "the disk takes nothing at the moment: nothing was done");
	fixture_disk_is(f, DISK_LOW);
	expect_import(f, records, 1, ADMIN_FAILED,
		      "the disk takes nothing new at the moment: import it again later");
	fixture_disk_is(f, DISK_FINE);
	expect_import(f, records, 1, ADMIN_DONE,
		      "1 messages stored in #den, 0 were there already");
	expect_import(f, records, 2, ADMIN_DONE,
		      "1 messages stored in #den, 1 were there already");
	expect_import(f, records, 2, ADMIN_DONE,
		      "0 messages stored in #den, 2 were there already");
	alice = fixture_login(f, "alice", "batch draft/chathistory server-time");
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect_later(alice, "@time=" THEN " alice PRIVMSG #den :one");
	expect(alice, "@time=" LATER " a_b_c_\u00e9/import NOTICE #den :two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_record_has_a_time_a_name_and_a_text),
		TEST(they_come_in_their_order_and_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
