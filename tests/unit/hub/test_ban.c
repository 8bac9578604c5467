// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "server/hub/rooms/mask.h"
#include "tests/support/hub_fixture.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct span parsed(const char *text, struct buf *out, int64_t *lasts_ms)
{
	buf_reset(out);
	if (!mask_parse(span_of(text), out, lasts_ms))
		return SPAN("refused");
	return buf_span(out);
}

static void masks_are_brought_into_one_form(void **state)
{
	static const char *const rows[][2] = {
		{"bob", "bob!*@*"},
		{"bob!b", "bob!b@*"},
		{"b@host", "*!b@host"},
		{"bob!b@host", "bob!b@host"},
		{"192.0.2.1", "*!*@192.0.2.1"},
		{"~a:bob", "~a:bob"},
		{"$a:bob", "~a:bob"},
		{"a:bob", "~a:bob"},
		{"~account:bob", "~account:bob"},
		{"~m:bob", "~m:bob!*@*"},
		{"m:~a:bob", "~m:~a:bob"},
		{"~t:10m:bob", "bob!*@*"},
		{"~t:5:~m:bob", "~m:bob!*@*"},
		{"", "refused"},
		{"a b", "refused"},
		{"a,b", "refused"},
		{"~m:", "refused"},
		{"~m:~m:bob", "refused"},
		{"~x:bob", "refused"},
		{"~t:never:bob", "refused"},
		{"~t:0:bob", "refused"},
	};
	struct buf out = {0};
	int64_t lasts_ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span got = parsed(rows[i][0], &out, &lasts_ms);

		if (!span_eq(got, span_of(rows[i][1])))
			fail_msg("%s became %.*s, not %s", rows[i][0], SPAN_ARG(got),
				 rows[i][1]);
	}
	parsed("~t:2h:bob", &out, &lasts_ms);
	assert_int_equal(lasts_ms, 2 * 60 * 60 * 1000);
	buf_clear(&out);
}

static void a_ban_keeps_out_and_mutes_who_is_in(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +b BOB!*@*");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(bob, "server 404 bob #den :*");
	peer_send(bob, "PART #den");
	peer_send(bob, "JOIN #den");
	expect_later(bob, "server 474 bob #den :*");
	peer_send(alice, "MODE #den -b bob!*@*");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
}

static void an_exception_passes_a_ban_and_an_invite_exception_a_closed_door(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +beiI *!*@* ~a:bob ~a:carol");
	expect(alice, "alice MODE #den +beiI *!*@* ~a:bob ~a:carol");
	peer_send(bob, "JOIN #den");
	expect(bob, "server 473 bob #den :*");
	peer_send(carol, "JOIN #den");
	expect(carol, "server 474 carol #den :*");
	peer_send(alice, "MODE #den -i");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
}

static void a_mute_lets_in_but_not_speak_unless_excepted_or_voiced(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +b ~m:bob!*@*");
	peer_send(bob, "JOIN #den");
	expect(bob, "bob JOIN #den");
	peer_skip(bob);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(bob, "server 404 bob #den :*");
	peer_send(alice, "MODE #den +e ~m:~a:bob");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(alice, "bob PRIVMSG #den :hm");
	peer_send(alice, "MODE #den -e+v ~m:~a:bob bob");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hm");
	expect(alice, "bob PRIVMSG #den :hm");
}

static void members_see_the_lists_and_strangers_do_not(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +b bad!*@*");
	fixture_skip(f);
	peer_send(bob, "MODE #den b");
	expect(bob, "server 367 bob #den bad!*@* alice *");
	expect(bob, "server 368 bob #den :*");
	peer_send(bob, "MODE #den +ebI");
	expect(bob, "server 349 bob #den :*");
	expect(bob, "server 367 bob #den * alice *");
	expect(bob, "server 368 bob #den :*");
	expect(bob, "server 347 bob #den :*");
	peer_send(carol, "MODE #den +b");
	expect(carol, "server 442 carol #den :*");
}

static void a_timed_ban_ends_by_itself_even_over_a_restart(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +b ~t:10m:bob");
	expect(alice, "alice MODE #den +b bob!*@*");
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", "");
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "JOIN #den");
	expect(bob, "server 474 bob #den :*");
	fixture_pass(f, 10 * 60 * 1000);
	expect_later(alice, "server MODE #den -b bob!*@*");
	peer_send(bob, "JOIN #den");
	expect_later(bob, "bob JOIN #den");
}

static void a_list_has_an_end(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct room *r;

	peer_join(alice, "#den");
	r = room_find(f->hub, SPAN("#den"));
	for (int i = 0; i < BANS_PER_ROOM; i++)
		peer_send(alice, "MODE #den +b bad%d", i);
	peer_skip(alice);
	assert_int_equal(bans_count(r, BAN_BAN), BANS_PER_ROOM);
	peer_send(alice, "MODE #den +b onemore");
	expect(alice, "server 478 alice #den onemore!*@* :*");
	peer_send(alice, "MODE #den +e onemore");
	expect(alice, "alice MODE #den +e onemore!*@*");
}

static void a_full_list_still_sets_anew_what_stands_in_it(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct admin_answer *a;

	peer_join(alice, "#den");
	for (int i = 0; i < BANS_PER_ROOM; i++)
		peer_send(alice, "MODE #den +b bad%d", i);
	peer_skip(alice);
	peer_send(alice, "MODE #den +b ~t:1h:BAD7");
	expect(alice, "alice MODE #den +b BAD7!*@*");
	a = fixture_verb(f, "room ban den bad7!*@* --for 2h", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	expect(alice, "server MODE #den +b bad7!*@*");
	a = fixture_verb(f, "room ban den onemore!*@*", NULL);
	assert_int_equal(a->code, ADMIN_CONFLICT);
	admin_answer_free(a);
}

static void who_is_invited_can_be_invited_again_when_the_list_is_full(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	char name[32];

	peer_join(alice, "#den");
	for (int i = 0; i <= BANS_PER_ROOM; i++) {
		snprintf(name, sizeof(name), "guest%d", i);
		(void)fixture_account(f, name);
	}
	for (int i = 0; i < BANS_PER_ROOM; i++)
		peer_send(alice, "INVITE guest%d #den", i);
	peer_skip(alice);
	peer_send(alice, "INVITE guest7 #den");
	expect(alice, "server 341 alice guest7 #den");
	peer_send(alice, "INVITE guest%d #den", BANS_PER_ROOM);
	expect(alice, "server 478 alice #den guest* :*");
}

static void a_listed_mask_can_be_sent_back_however_long(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	char mask[MASK_MAX - 16 + 1];

	memset(mask, 'x', sizeof(mask) - 1);
	memcpy(mask + 20, "!*@", 3);
	mask[sizeof(mask) - 1] = '\0';
	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +b ~t:3601s:%s", mask);
	expect(alice, "alice MODE #den +b *");
	peer_send(alice, "MODE #den +b");
	expect(alice, "server 367 alice #den ~t:3601s:* alice *");
	peer_skip(alice);
	peer_send(alice, "MODE #den -b ~t:3601s:%s", mask);
	expect(alice, "alice MODE #den -b *");
	peer_send(alice, "MODE #den +b ~t:1h::x");
	expect(alice, "server 696 alice #den b * :*");
	peer_send(alice, "MODE #den +b ~t:15250284452w:x");
	expect(alice, "server 696 alice #den b * :*");
}

static void a_ban_of_the_server_ends_sessions_and_keeps_out_until_it_is_gone(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	struct admin_answer *a = fixture_verb(f, "ban add bob --for 1h --reason noise", NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	assert_true(peer_is_closed(bob));
	assert_false(peer_is_closed(alice));
	bob = fixture_open(f);
	peer_send(bob, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(bob, "NICK bob");
	peer_send(bob, "USER bob 0 * :Bob");
	assert_true(peer_is_closed(bob));
	fixture_pass(f, 60 * 60 * 1000);
	bob = fixture_login(f, "bob", "");
	assert_false(peer_is_closed(bob));
}

static void a_range_of_addresses_is_refused_at_the_door(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct inbox_opened near = {.host = SPAN("198.51.100.7")},
			    far = {.host = SPAN("203.0.113.1")};
	struct peer *p;

	fixture_admin_account(f, "alice")->role = ROLE_ADMIN;
	peer_send(alice, "KLINE 198.51.100.0/24 :noise");
	expect(alice, "server 481 alice :*");
	peer_send(alice, "OPER alice :" FIXTURE_PASSWORD);
	expect_later(alice, "server 381 alice :*");
	peer_send(alice, "KLINE 198.51.100.0/24 :noise");
	expect(alice, "server NOTICE alice :*banned*");
	p = fixture_open_as(f, &near);
	fixture_settle(f);
	assert_true(peer_is_closed(p));
	p = fixture_open_as(f, &far);
	fixture_settle(f);
	assert_false(peer_is_closed(p));
	peer_send(alice, "UNKLINE 198.51.100.0/24");
	expect(alice, "server NOTICE alice :*");
	p = fixture_open_as(f, &near);
	fixture_settle(f);
	assert_false(peer_is_closed(p));
}

static void a_ban_in_chat_that_would_keep_nobody_out_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice;

	fixture_admin_account(f, "alice")->role = ROLE_ADMIN;
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "KLINE mallroy :a slip of the hand");
	expect(alice, "server NOTICE alice :There is no account mallroy");
	peer_send(alice, "KLINE 0s 198.51.100.7 :noise");
	expect(alice, "server NOTICE alice :A ban of no time *");
	assert_true(list_is_empty(&f->hub->server_bans));
}

static void a_ban_of_an_account_follows_it_to_its_new_name(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct admin_answer *a;
	struct peer *bob;

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	peer_send(alice, "MODE #den +bbe ~a:bob ~t:1h:~m:~a:bob ~a:other");
	a = fixture_verb(f, "user rename bob robert", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "MODE #den +b");
	expect(alice, "server 367 alice #den ~?:* alice *");
	expect(alice, "server 367 alice #den ~?:*robert alice *");
	expect(alice, "server 368 alice #den :*");
	bob = fixture_login(f, "robert", "");
	peer_send(bob, "JOIN #den");
	expect(bob, "server 474 robert #den :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_are_brought_into_one_form),
		HUB_TEST(a_ban_keeps_out_and_mutes_who_is_in),
		HUB_TEST(an_exception_passes_a_ban_and_an_invite_exception_a_closed_door),
		HUB_TEST(a_mute_lets_in_but_not_speak_unless_excepted_or_voiced),
		HUB_TEST(members_see_the_lists_and_strangers_do_not),
		HUB_TEST(a_timed_ban_ends_by_itself_even_over_a_restart),
		HUB_TEST(a_list_has_an_end),
		HUB_TEST(a_full_list_still_sets_anew_what_stands_in_it),
		HUB_TEST(who_is_invited_can_be_invited_again_when_the_list_is_full),
		HUB_TEST(a_listed_mask_can_be_sent_back_however_long),
		HUB_TEST(a_ban_of_the_server_ends_sessions_and_keeps_out_until_it_is_gone),
		HUB_TEST(a_range_of_addresses_is_refused_at_the_door),
		HUB_TEST(a_ban_in_chat_that_would_keep_nobody_out_is_refused),
		HUB_TEST(a_ban_of_an_account_follows_it_to_its_new_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
