// SPDX-License-Identifier: MIT
// What an account is not to be disturbed by, on all its devices.
#include "server/hub/pages/hush_say.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define QUIET "snug.chat/quiet"

static struct peer *loud(struct fixture *f, const char *name)
{
	struct peer *p = fixture_login_loud(f, name, QUIET);

	expect_later(p, "server 422 * :*");
	return p;
}

static void all_devices_that_asked_are_told(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = fixture_login(f, "alice", QUIET),
		    *phone = fixture_login(f, "alice", QUIET),
		    *other = fixture_login(f, "alice", ""),
		    *bob = fixture_login(f, "bob", QUIET);

	fixture_skip(f);
	peer_send(desk, "QUIET ADD ignore Bob");
	expect(desk, "server QUIET ADD ignore bob *");
	expect(phone, "server QUIET ADD ignore bob *");
	expect_none(other);
	expect_none(bob);
	peer_send(other, "QUIET LIST");
	expect(other, "server 421 alice QUIET :*");
	peer_send(phone, "QUIET DEL ignore bob");
	expect(desk, "server QUIET DEL ignore bob *");
	expect(phone, "server QUIET DEL ignore bob *");
	peer_send(phone, "QUIET LIST");
	expect(phone, "server QUIET LIST *");
}

static void a_login_brings_the_list_and_names_of_now(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET);

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	peer_send(alice, "QUIET ADD ignore bob");
	peer_send(alice, "QUIET ADD mute #den 2026-02-01T00:00:00.000Z");
	peer_send(alice, "QUIET ADD hours 22:00-07:00");
	peer_send(alice, "QUIET ADD dnd * 2026-01-01T01:00:00.000Z");
	admin_answer_free(fixture_verb(f, "user rename bob rob", NULL));
	fixture_restart(f, false);
	alice = loud(f, "alice");
	expect_later(alice, "server QUIET ADD ignore rob *");
	expect(alice, "server QUIET ADD mute #den 2026-02-01T00:00:00.000Z");
	expect(alice, "server QUIET ADD dnd * 2026-01-01T01:00:00.000Z");
	expect(alice, "server QUIET ADD hours 22:00-07:00 *");
	expect(alice, "server QUIET LIST *");
	fixture_pass(f, 2 * 60 * 60 * 1000);
	peer_skip(alice);
	peer_send(alice, "QUIET DEL dnd *");
	expect(alice, "server FAIL QUIET NO_SUCH_QUIET * :*");
}

// The next line, as it stands: in a pattern a star is anything.
static void says(struct peer *p, const char *words)
{
	const char *line = peer_next(p);

	assert_non_null(line);
	assert_string_equal(strstr(line, "QUIET"), words);
}

static void each_is_told_with_its_end_and_its_level(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET);

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	for (int i = 0; i < 2; i++) {
		peer_send(alice, i ? "QUIET LIST" : "QUIET ADD ignore bob");
		says(alice, "QUIET ADD ignore bob *");
		if (!i)
			peer_send(alice, "QUIET ADD push * * off");
		says(alice, "QUIET ADD push * * off");
		if (!i)
			peer_send(alice, "QUIET ADD push #den * all");
		says(alice, "QUIET ADD push #den * all");
		if (!i)
			peer_send(alice, "QUIET ADD dnd * 2026-01-01T00:30:00.000Z");
		says(alice, "QUIET ADD dnd * 2026-01-01T00:30:00.000Z");
	}
	says(alice, "QUIET LIST *");
	// What is over, or about what is gone, is listed no more.
	fixture_pass(f, 60 * 60 * 1000);
	admin_answer_free(fixture_verb(f, "room delete den --confirm #den", NULL));
	peer_skip(alice);
	peer_send(alice, "QUIET LIST");
	says(alice, "QUIET ADD ignore bob *");
	says(alice, "QUIET ADD push * * off");
	says(alice, "QUIET LIST *");
}

static void of_who_is_gone_nothing_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET);
	struct account *a = account_find(f->hub, SPAN("alice"));

	for (enum hush_kind kind = HUSH_IGNORE; kind <= HUSH_PUSH; kind++) {
		const struct hush h = {.kind = kind, .about = 424242, .text = (char[]){""}};

		if (kind == HUSH_DND)
			continue;
		hush_tell(a, &h, "DEL");
		fixture_settle(f);
		expect_none(alice);
	}
}

static void who_comes_under_an_ignored_name_is_heard(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET);

	(void)fixture_account(f, "bob");
	peer_send(alice, "QUIET ADD ignore bob");
	admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
	admin_answer_free(fixture_verb(f, "user add bob --reuse --generate", NULL));
	peer_skip(alice);
	peer_send(alice, "QUIET LIST");
	expect(alice, "server QUIET LIST *");
}

static void what_it_cannot_be_is_named(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{"QUIET ADD ignore nobody", "INVALID_SUBJECT nobody"},
		{"QUIET ADD ignore alice", "INVALID_SUBJECT alice"},
		{"QUIET ADD ignore", "INVALID_SUBJECT *"},
		{"QUIET ADD mute #secret", "INVALID_SUBJECT #secret"},
		{"QUIET ADD mute #nowhere", "INVALID_SUBJECT #nowhere"},
		{"QUIET ADD dnd now", "INVALID_SUBJECT now"},
		{"QUIET ADD hours 24:00-07:00", "INVALID_SUBJECT 24:00-07:00"},
		{"QUIET ADD hours 22:00-07:60", "INVALID_SUBJECT 22:00-07:60"},
		{"QUIET ADD hours 22-7", "INVALID_SUBJECT 22-7"},
		{"QUIET ADD dnd * yesterday", "INVALID_TIME yesterday"},
		{"QUIET ADD dnd * 2020-01-01T00:00:00.000Z", "INVALID_TIME 2020*"},
		{"QUIET ADD sleep *", "INVALID_KIND sleep"},
		{"QUIET DEL dnd *", "NO_SUCH_QUIET *"},
		{"QUIET BREAK dnd *", "INVALID_SUBCOMMAND BREAK"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET),
		    *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#secret");
	peer_send(bob, "MODE #secret +s");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char pattern[120];

		peer_send(alice, "%s", rows[i].line);
		snprintf(pattern, sizeof(pattern), "server FAIL QUIET %s :*", rows[i].answer);
		expect(alice, pattern);
	}
}

static void there_is_an_end_to_the_list(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", QUIET);

	for (int i = 0; i <= HUSHES_MAX; i++) {
		char name[20];

		snprintf(name, sizeof(name), "p%d", i);
		(void)fixture_account(f, name);
		peer_skip(alice);
		peer_send(alice, "QUIET ADD ignore %s", name);
	}
	expect(alice, "server FAIL QUIET LIMIT_REACHED p500 :*");
	peer_send(alice, "QUIET ADD ignore p3 2026-02-01T00:00:00.000Z");
	expect(alice, "server QUIET ADD ignore p3 2026-*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(all_devices_that_asked_are_told),
		HUB_TEST(a_login_brings_the_list_and_names_of_now),
		HUB_TEST(each_is_told_with_its_end_and_its_level),
		HUB_TEST(of_who_is_gone_nothing_is_told),
		HUB_TEST(who_comes_under_an_ignored_name_is_heard),
		HUB_TEST(what_it_cannot_be_is_named),
		HUB_TEST(there_is_an_end_to_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
