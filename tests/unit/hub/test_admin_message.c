// SPDX-License-Identifier: MIT
#include "common/buf.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS "echo-message message-tags draft/message-redaction batch"

static struct admin_answer *verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	return a;
}

static void refused(struct fixture *f, const char *words, enum admin_code code)
{
	admin_answer_free(verb(f, words, code));
}

// The texts that were found, joined by '|'.
static void finds(struct fixture *f, const char *words, const char *expected)
{
	struct admin_answer *a = verb(f, words, ADMIN_DONE);
	struct buf seen = {0};

	for (size_t i = 0; i < a->n_rows; i++) {
		buf_add_span(&seen, a->cells[i * a->n_columns + 4].text);
		buf_add_char(&seen, '|');
	}
	assert_string_equal(buf_str(&seen), expected);
	buf_clear(&seen);
	admin_answer_free(a);
}

static struct peer *set_up(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", CAPS);
	struct peer *bob = fixture_login(f, "bob", CAPS);

	peer_join(alice, "#den");
	peer_join(alice, "#lair");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :green tea");
	expect_later(alice, "@msgid=$tea alice PRIVMSG #den :green tea");
	peer_send(alice, "PRIVMSG #lair :black tea");
	peer_send(bob, "PRIVMSG #den :tea time");
	peer_send(bob, "PRIVMSG alice :private tea");
	expect_later(alice, "@msgid=$private bob PRIVMSG alice :private tea");
	fixture_pass(f, 3600000);
	peer_send(bob, "PRIVMSG #den :late tea");
	fixture_skip(f);
	return alice;
}

static void words_are_found_in_rooms_and_not_between_two(void **state)
{
	struct fixture *f = *state;

	(void)set_up(f);
	finds(f, "message search tea", "green tea|black tea|tea time|late tea|");
	finds(f, "message search tea --room den --from bob", "tea time|late tea|");
	finds(f, "message search tea --since 30m", "late tea|");
	finds(f, "message search tea --until 30m --room lair", "black tea|");
	finds(f, "message search tea --since 2026-01-01T00:30:00.000Z", "late tea|");
	finds(f, "message search green tea", "green tea|");
	finds(f, "message search tea --limit 1", "late tea|");
	finds(f, "message search private", "");
	refused(f, "message search tea --room nowhere", ADMIN_NOT_FOUND);
	refused(f, "message search tea --since noon", ADMIN_USAGE);
	refused(f, "message search tea --limit 0", ADMIN_USAGE);
}

static void a_message_is_shown_by_its_id(void **state)
{
	struct fixture *f = *state;
	char words[64];

	(void)set_up(f);
	snprintf(words, sizeof(words), "message show %s", fixture_var(f, "private"));
	struct admin_answer *a = verb(f, words, ADMIN_DONE);
	assert_true(a->is_record);
	assert_true(span_eq(a->cells[2].text, SPAN("alice bob")));
	assert_int_equal(a->cells[3].number, 1);
	assert_true(span_eq(a->cells[4].text, SPAN("PRIVMSG")));
	assert_true(span_eq(a->cells[6].text, SPAN("private tea")));
	admin_answer_free(a);
	refused(f, "message show nonsense", ADMIN_USAGE);
	refused(f, "message show 0000000000001", ADMIN_NOT_FOUND);
}

static void a_message_is_removed_and_those_who_are_here_hear_so(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = set_up(f);
	char words[96];

	snprintf(words, sizeof(words), "message redact %s", fixture_var(f, "tea"));
	refused(f, words, ADMIN_UNCONFIRMED);
	expect_none(alice);
	snprintf(words, sizeof(words), "message redact %s --confirm --reason no",
		 fixture_var(f, "tea"));
	refused(f, words, ADMIN_DONE);
	expect(alice, "server REDACT #den $tea no");
	refused(f, words, ADMIN_CONFLICT);
	finds(f, "message search green", "");
	snprintf(words, sizeof(words), "message redact %s --confirm",
		 fixture_var(f, "private"));
	refused(f, words, ADMIN_DONE);
	expect(alice, "server REDACT alice $private");
	snprintf(words, sizeof(words), "message show %s", fixture_var(f, "private"));
	struct admin_answer *a = verb(f, words, ADMIN_DONE);
	assert_int_equal(a->cells[6].text.len, 0);
	assert_int_equal(a->cells[8].number, 1);
	admin_answer_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(words_are_found_in_rooms_and_not_between_two),
		HUB_TEST(a_message_is_shown_by_its_id),
		HUB_TEST(a_message_is_removed_and_those_who_are_here_hear_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
