// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message batch labeled-response"

static void a_message_reaches_the_others_in_the_room_but_not_its_sender(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :hello there");
	expect(bob, "alice PRIVMSG #den :hello there");
	expect_none(alice);
	peer_send(alice, "NOTICE #den :psst");
	expect(bob, "alice NOTICE #den psst");
	expect_none(alice);
}

static void a_sender_with_echo_message_gets_the_same_id_and_time_as_the_others(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den hi");
	expect(alice, "@msgid=$id;time=$time alice PRIVMSG #den :hi");
	expect(bob, "@msgid=$id;time=$time alice PRIVMSG #den :hi");
}

static void a_label_comes_back_with_the_echo_and_to_nobody_else(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "@label=7 PRIVMSG #den :hi");
	expect(alice, "@label=7 alice PRIVMSG #den :hi");
	expect(bob, "@!label alice PRIVMSG #den :hi");
}

static void
only_client_only_tags_are_relayed_and_only_to_clients_with_message_tags(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	peer_send(alice, "@+reply=abc;secret=1 PRIVMSG #den :hi");
	expect(bob, "@+reply=abc;!secret alice PRIVMSG #den :hi");
	expect(carol, "@!+reply;!msgid alice PRIVMSG #den :hi");
}

static void too_many_bytes_of_tags_are_refused_and_nothing_is_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	char tags[4200];

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	memset(tags, 'a', sizeof(tags));
	tags[CLIENT_TAGS_MAX - 5] = '\0';
	peer_send(alice, "@+baz=%s TAGMSG #den", tags);
	expect(alice, "alice TAGMSG #den");
	expect(bob, "alice TAGMSG #den");
	memset(tags, 'a', CLIENT_TAGS_MAX - 4);
	tags[CLIENT_TAGS_MAX - 4] = '\0';
	peer_send(alice, "@+baz=%s TAGMSG #den", tags);
	expect(alice, "server 417 alice ...");
	expect_none(bob);
}

static void a_text_that_would_not_fit_behind_the_source_is_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	char text[512];

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	memset(text, 'x', sizeof(text));
	text[498] = '\0';
	peer_send(alice, "PRIVMSG #den :%s", text);
	expect(alice, "server 417 alice ...");
	expect_none(bob);
	text[510 - strlen(":alice!alice@chat.test PRIVMSG #den :")] = '\0';
	peer_send(alice, "PRIVMSG #den :%s", text);
	expect(bob, "alice PRIVMSG #den :x*x");
}

static void an_empty_message_and_one_without_a_target_are_errors(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :");
	expect(alice, "server 412 alice ...");
	peer_send(alice, "PRIVMSG");
	expect(alice, "server 411 alice ...");
	peer_send(alice, "PRIVMSG #nowhere :x");
	expect(alice, "server 403 alice #nowhere ...");
	peer_send(alice, "PRIVMSG nobody :x");
	expect(alice, "server 401 alice nobody ...");
	expect_none(bob);
}

static void a_notice_is_never_answered_with_an_error(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "NOTICE #nowhere :x");
	peer_send(alice, "NOTICE nobody :x");
	peer_send(alice, "NOTICE alice :");
	peer_send(alice, "NOTICE");
	expect_none(alice);
	expect_none(bob);
}

static void a_direct_message_reaches_all_devices_of_both(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *desk = fixture_login(f, "alice", ALL),
		    *phone = fixture_login(f, "bob", "");
	struct peer *old = fixture_login(f, "alice", "");

	peer_send(alice, "PRIVMSG bob :hi");
	expect(alice, "@msgid=$id alice PRIVMSG bob :hi");
	expect(desk, "@msgid=$id alice PRIVMSG bob :hi");
	expect(bob, "@msgid=$id alice PRIVMSG bob :hi");
	expect(phone, "alice PRIVMSG bob :hi");
	expect_none(old); // it would take it for a message from alice
	expect_none(alice);
}

static void a_message_in_a_room_reaches_the_senders_other_devices(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *old = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :hi");
	expect(alice, "alice PRIVMSG #den :hi");
	expect(old, "alice PRIVMSG #den :hi");
	expect_none(bob);
}

static void who_talks_to_herself_hears_the_echo_and_the_delivery(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "@label=x PRIVMSG alice :note");
	expect(alice, "@!label;msgid=$id alice PRIVMSG alice :note");
	expect(alice, "@label=x;msgid=$id alice PRIVMSG alice :note");
	expect_none(alice);
	expect_none(bob);
}

static void several_targets_get_a_message_each(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");

	peer_send(alice, "@label=5 PRIVMSG bob,carol,nobody :hi");
	expect(alice, "@label=5 server BATCH +* labeled-response");
	expect(alice, "@batch=* alice PRIVMSG bob :hi");
	expect(alice, "@batch=* alice PRIVMSG carol :hi");
	expect(alice, "@batch=* server 401 alice nobody ...");
	expect(alice, "server BATCH -*");
	expect(bob, "alice PRIVMSG bob :hi");
	expect(carol, "alice PRIVMSG carol :hi");
}

static void more_targets_than_allowed_are_refused_together(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(alice, "PRIVMSG bob,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u :hi");
	expect(alice, "server 407 alice ...");
	expect_none(bob);
}

static void an_away_account_is_said_to_be_away(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_send(bob, "AWAY :lunch");
	peer_skip(bob);
	peer_send(alice, "PRIVMSG bob :hi");
	expect(alice, "alice PRIVMSG bob :hi");
	expect(alice, "server 301 alice bob :lunch");
	peer_send(alice, "NOTICE bob :hi");
	expect(alice, "alice NOTICE bob :hi");
	expect_none(alice);
}

static void a_message_to_the_moderators_is_heard_by_them_only(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	peer_send(carol, "PRIVMSG @#den :help");
	expect(alice, "carol PRIVMSG @#den :help");
	expect(carol, "carol PRIVMSG @#den :help");
	expect_none(bob);
}

static void typing_reaches_clients_with_message_tags_and_is_not_kept(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct peer *carol = fixture_login(f, "carol", "");
	struct hub_figures before, after;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	hub_figures(f->hub, &before);
	peer_send(alice, "@+typing=active TAGMSG #den");
	expect(bob, "@+typing=active;msgid=* alice TAGMSG #den");
	expect_none(carol);
	hub_figures(f->hub, &after);
	assert_int_equal(before.head, after.head);
	peer_send(alice, "@+draft/react=x;+draft/reply=y TAGMSG #den");
	expect(bob, "@+draft/react=x alice TAGMSG #den");
	hub_figures(f->hub, &after);
	assert_int_equal(before.head + 1, after.head);
}

static void outsiders_and_the_silenced_are_told_so(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_send(bob, "PRIVMSG #den :let me in");
	expect(bob, "server 404 bob #den ...");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +m");
	fixture_skip(f);
	peer_send(bob, "PRIVMSG #den :hi");
	expect(bob, "server 404 bob #den ...");
	peer_send(bob, "NOTICE #den :hi");
	expect_none(bob);
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_message_reaches_the_others_in_the_room_but_not_its_sender),
		HUB_TEST(a_sender_with_echo_message_gets_the_same_id_and_time_as_the_others),
		HUB_TEST(a_label_comes_back_with_the_echo_and_to_nobody_else),
		HUB_TEST(
			only_client_only_tags_are_relayed_and_only_to_clients_with_message_tags),
		HUB_TEST(too_many_bytes_of_tags_are_refused_and_nothing_is_said),
		HUB_TEST(a_text_that_would_not_fit_behind_the_source_is_refused_whole),
		HUB_TEST(an_empty_message_and_one_without_a_target_are_errors),
		HUB_TEST(a_notice_is_never_answered_with_an_error),
		HUB_TEST(a_direct_message_reaches_all_devices_of_both),
		HUB_TEST(a_message_in_a_room_reaches_the_senders_other_devices),
		HUB_TEST(who_talks_to_herself_hears_the_echo_and_the_delivery),
		HUB_TEST(several_targets_get_a_message_each),
		HUB_TEST(more_targets_than_allowed_are_refused_together),
		HUB_TEST(an_away_account_is_said_to_be_away),
		HUB_TEST(a_message_to_the_moderators_is_heard_by_them_only),
		HUB_TEST(typing_reaches_clients_with_message_tags_and_is_not_kept),
		HUB_TEST(outsiders_and_the_silenced_are_told_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
