// SPDX-License-Identifier: MIT
// The rules of a room (rules.h).
#include "common/die.h"
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RULES(name) "server NOTICE #den :Rules of #den: " name

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: %d, " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static bool hears(struct peer *p, const char *part)
{
	bool found = false;

	for (const char *line; (line = peer_next(p));)
		found |= strstr(line, part) != NULL;
	return found;
}

static int with_rules(void **state)
{
	struct fixture *f = fixture_new(NULL);

	*state = f;
	verb(f, "room add #den", ADMIN_DONE);
	verb(f, "room set #den --rules kind", ADMIN_DONE);
	return 0;
}
#define TEST(fn) HUB_TEST_WITH(fn, with_rules)

static void who_joins_is_shown_them_once(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *more;

	peer_send(ann, "JOIN #den");
	expect_later(ann, "server 366 ann #den :*");
	expect(ann, RULES("kind"));
	expect_none(ann);
	peer_send(ann, "PART #den");
	peer_send(ann, "JOIN #den");
	assert_false(hears(ann, "Rules of"));
	more = fixture_login_loud(f, "ann", "");
	assert_false(hears(more, "Rules of"));
	fixture_restart(f, true);
	more = fixture_login_loud(f, "ann", "");
	assert_false(hears(more, "Rules of"));
}

static void all_devices_that_are_there_are_shown_them(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""),
		    *other = fixture_login(f, "ann", "standard-replies");

	peer_send(ann, "JOIN #den");
	assert_true(hears(ann, "NOTICE #den :Rules of #den: kind"));
	assert_true(hears(other, "NOTE JOIN ROOM_RULES #den :kind"));
}

static void who_was_made_a_member_is_shown_them_at_the_login(void **state)
{
	struct fixture *f = *state;
	struct peer *ann;

	fixture_account(f, "ann");
	verb(f, "room grant #den ann --role member", ADMIN_DONE);
	ann = fixture_login_loud(f, "ann", "");
	assert_true(hears(ann, "Rules of #den: kind"));
	peer_close(ann);
	assert_false(hears(fixture_login_loud(f, "ann", ""), "Rules of"));
}

static void they_are_shown_again_when_they_changed(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	verb(f, "room set #den --rules kinder", ADMIN_DONE);
	assert_true(hears(ann, "Rules of #den: kinder"));
	bob = fixture_login_loud(f, "bob", "");
	assert_true(hears(bob, "Rules of #den: kinder"));
	// Also where the new ones are as some that were there before.
	verb(f, "room set #den --rules kind", ADMIN_DONE);
	assert_true(hears(ann, "Rules of #den: kind"));
	admin_answer_free(fixture_verb(f, "room set #den --topic x", NULL));
	assert_false(hears(ann, "Rules of"));
}

static void without_rules_nothing_is_shown(void **state)
{
	struct fixture *f = *state;
	struct admin_request *r = admin_request_new();
	struct peer *ann;
	struct admin_answer *a;
	static const char *const words[] = {"room", "set", "#den", "--rules", ""};

	r->words = xcalloc(ARRAY_LEN(words), sizeof(*r->words));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		r->words[r->n_words++] = span_of(words[i]);
	a = fixture_request(f, r);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	ann = fixture_login(f, "ann", "");
	peer_send(ann, "JOIN #den");
	assert_false(hears(ann, "Rules of"));
	peer_send(ann, "PRIVMSG ChanServ :RULES #den");
	assert_true(hears(ann, "This room has no rules"));
}

static void the_founder_sets_them_in_chat(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	struct buf longest = {0};

	verb(f, "room grant #den ann --role founder", ADMIN_DONE);
	verb(f, "room grant #den bob --role moderator", ADMIN_DONE);
	fixture_skip(f);
	peer_send(bob, "PRIVMSG ChanServ :RULES #den mine");
	assert_true(hears(bob, " 482 bob #den "));
	// More words than a verb has, as they were said.
	peer_send(ann,
		  "PRIVMSG ChanServ :RULES #den a b c d e f g h i j k l m n o p q r s t u v "
		  "w x y z 1 2 3 4 5 6 7 8 9  end");
	assert_true(hears(bob, "Rules of #den: a b c d e f g h i j k l m n o p q r s t u v w x "
			       "y z 1 2 3 4 5 6 7 8 9  end"));
	peer_send(ann,
		  "PRIVMSG ChanServ :TOPIC #den a b c d e f g h i j k l m n o p q r s t u v "
		  "w x y z 1 2 3 4 5 6 7 8 9 end");
	assert_true(hears(bob,
			  "TOPIC #den :a b c d e f g h i j k l m n o p q r s t u v w x y z "
			  "1 2 3 4 5 6 7 8 9 end"));
	for (int i = 0; i < 391; i++)
		buf_add_char(&longest, 'x');
	peer_send(ann, "PRIVMSG ChanServ :RULES #den %s", buf_str(&longest));
	assert_true(hears(ann, "FAIL RULES TEXT_TOO_LONG"));
	buf_clear(&longest);
	peer_send(ann, "PRIVMSG ChanServ :RULES #den -");
	peer_send(bob, "PRIVMSG ChanServ :RULES #den");
	assert_true(hears(bob, "This room has no rules"));
}

static void a_hidden_room_shows_its_rules_to_its_members(void **state)
{
	struct fixture *f = *state;
	struct peer *eve = fixture_login(f, "eve", "");

	verb(f, "room set #den --modes +s", ADMIN_DONE);
	peer_send(eve, "PRIVMSG ChanServ :RULES #den");
	assert_false(hears(eve, "kind"));
	peer_send(eve, "PRIVMSG ChanServ :RULES #den mine");
	expect(eve, "ChanServ NOTICE eve :There is no room #den");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_joins_is_shown_them_once),
		TEST(all_devices_that_are_there_are_shown_them),
		TEST(who_was_made_a_member_is_shown_them_at_the_login),
		TEST(they_are_shown_again_when_they_changed),
		TEST(without_rules_nothing_is_shown),
		TEST(the_founder_sets_them_in_chat),
		TEST(a_hidden_room_shows_its_rules_to_its_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
