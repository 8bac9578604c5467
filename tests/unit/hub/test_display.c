// SPDX-License-Identifier: MIT
// What people say of themselves: display names that are nobody else's, avatars.
#include "server/hub/rooms/display.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS "draft/metadata-2"

static void expect_set(struct peer *p, const char *key, const char *value, bool is_fine)
{
	const char *heard;

	peer_skip(p);
	peer_send(p, "METADATA * SET %s :%s", key, value);
	heard = peer_next(p);
	if (!heard || (strstr(heard, " 761 ") != NULL) != is_fine ||
	    (strstr(heard, "FAIL METADATA VALUE_INVALID :") != NULL) == is_fine)
		fail_msg("%s \"%s\": %s", key, value, heard ? heard : "nothing");
}

static void a_name_in_any_script_is_told_to_who_sees_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "METADATA * SUB display-name");
	peer_skip(bob);
	peer_send(alice, "METADATA * SET display-name :Zoe\u0308 \u0417\u043e\u044f");
	expect(bob, "server METADATA alice display-name * :Zo\u00eb \u0417\u043e\u044f");
	fixture_restart(f, true);
	assert_string_equal(
		metadata_find(&fixture_account(f, "alice")->metadata, SPAN("display-name"))
			->value,
		"Zo\u00eb \u0417\u043e\u044f");
}

static void what_is_no_name_is_refused(void **state)
{
	static const struct {
		const char *value;
		bool is_fine;
	} rows[] = {
		{"\u0410\u043d\u043d\u0430", true},
		{"\u4e2d\u6587", true},
		{"\u05d3\u05d5\u05d3", true},
		{"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", true},
		{"Jo \U0001f469\u200d\U0001f4bb", true},
		{"Jo \u2764\ufe0f", true},
		{"O'Neill, Jr. (he)", true},
		{"1234567890123456789012345678901234567890123456789012345678901234", true},
		{"12345678901234567890123456789012345678901234567890123456789012345", false},
		{"", false},
		{" Jo", false},
		{"Jo ", false},
		{"Jo  Do", false},
		{"Jo\u00a0Do", false},
		{"Jo\u3000Do", false},
		{"J\u00ado", false},
		{"J\u200bo", false},
		{"J\u202eo", false},
		{"J\u2066o\u2069", false},
		{"J\x02o", false},
		{"\ufe0f", false},
		{"\u200d", false},
		{"@jo", false},
		{"#jo", false},
		{"~jo", false},
		{"/quit", false},
	};
	struct peer *p = fixture_login(*state, "zed", CAPS);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_set(p, "display-name", rows[i].value, rows[i].is_fine);
}

static void an_avatar_is_an_address_by_https(void **state)
{
	static const struct {
		const char *value;
		bool is_fine;
	} rows[] = {
		{"https://example.org/a.png", true},
		{"https://example.org:8443/{size}/a.png?x=1&y=2", true},
		{"http://example.org/a.png", false},
		{"https://", false},
		{"https:///a.png", false},
		{"https://example.org/a b", false},
		{"https://example.org/\u00e9", false},
		{"https://example.org/\x7f", false},
		{"https://example.org/\"><x", false},
		{"javascript:alert(1)", false},
		{"", false},
	};
	struct peer *p = fixture_login(*state, "zed", CAPS);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_set(p, "avatar", rows[i].value, rows[i].is_fine);
}

static void nobody_is_shown_as_somebody_they_see(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS),
		    *carol = fixture_login(f, "carol", CAPS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	expect_set(alice, "display-name", "Anna", true);
	expect_set(bob, "display-name", "\u0430lice", false);
	expect_set(bob, "display-name", "ALICE", false);
	expect_set(bob, "display-name", "A\u043d\u043d\u0430", true); // other letters
	expect_set(bob, "display-name", "\u0410nna", false);
	expect_set(carol, "display-name", "\u0430lice", true); // sees neither
	expect_set(carol, "display-name", "anna", true);
	expect_set(alice, "display-name", "Alice", true); // its own, and Anna is free
	expect_set(bob, "display-name", "\u0410nna", true);
	fixture_restart(f, false);
	alice = fixture_login(f, "alice", CAPS);
	expect_set(alice, "display-name", "Anna", false);
	carol = fixture_login(f, "carol", CAPS);
	peer_send(carol, "PRIVMSG bob :hi"); // now it sees bob
	expect_set(carol, "display-name", "Anna", false);
}

static void nobody_is_shown_as_an_administrator(void **state)
{
	struct fixture *f = *state;
	struct peer *root, *eve = fixture_login(f, "eve", CAPS);
	struct admin_answer *a;

	fixture_admin_account(f, "admin");
	root = fixture_login(f, "admin", CAPS);
	expect_set(root, "display-name", "Helpdesk", true);
	expect_set(eve, "display-name", "\u0430dmin", false);
	expect_set(eve, "display-name", "He1pdesk", false);
	a = fixture_verb(f, "user add he1pdesk --no-password", NULL);
	assert_int_equal(a->code, ADMIN_UNCONFIRMED);
	admin_answer_free(a);
}

static void a_name_that_is_set_before_the_login_is_judged_at_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	fixture_admin_account(f, "admin");
	fixture_account(f, "eve");
	p = fixture_open(f);
	peer_send(p, "CAP REQ :draft/metadata-2");
	peer_send(p, "METADATA * SET display-name :@x");
	expect_later(p, "server FAIL METADATA VALUE_INVALID :*");
	peer_send(p, "METADATA * SET display-name :\u0430dmin");
	peer_send(p, "PASS :eve:" FIXTURE_PASSWORD);
	peer_send(p, "NICK eve");
	peer_send(p, "USER eve 0 * :eve");
	peer_send(p, "CAP END");
	expect_later(p, "server FAIL METADATA VALUE_INVALID display-name :*somebody else*");
	assert_null(metadata_find(&fixture_account(f, "eve")->metadata, SPAN("display-name")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_name_in_any_script_is_told_to_who_sees_it),
		HUB_TEST(what_is_no_name_is_refused),
		HUB_TEST(an_avatar_is_an_address_by_https),
		HUB_TEST(nobody_is_shown_as_somebody_they_see),
		HUB_TEST(nobody_is_shown_as_an_administrator),
		HUB_TEST(a_name_that_is_set_before_the_login_is_judged_at_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
