// SPDX-License-Identifier: MIT
#include "server/hub/people/account.h"
#include "server/hub/rooms/ban.h"
#include "tests/unit/hub/verb_rows.h"

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: code %d, not %d: " SPAN_FMT, words, a->code, code,
			 SPAN_ARG(a->words));
	admin_answer_free(a);
}

static const struct room *room(const struct fixture *f, const char *name)
{
	return room_find(f->hub, span_of(name));
}

static void a_room_is_made_shown_and_removed(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	struct admin_answer *a;

	verb(f, "room add den --founder alice --topic tea --private", ADMIN_DONE);
	expect(alice, "alice JOIN #den");
	expect_later(alice, "alice TOPIC #den tea");
	verb(f, "room add #DEN", ADMIN_CONFLICT);
	verb(f, "room add #a,b", ADMIN_USAGE);
	verb(f, "room add other --founder nobody", ADMIN_NOT_FOUND);
	assert_int_equal(room(f, "#den")->flags,
			 ROOM_INVITE_ONLY | ROOM_SECRET | ROOM_NO_EXTERNAL | ROOM_TOPIC_LOCKED);
	a = fixture_verb(f, "room show den", NULL);
	assert_true(a->is_record);
	assert_true(span_eq(a->cells[0].text, SPAN("#den")));
	assert_int_equal(a->cells[1].number, 1);
	admin_answer_free(a);
	verb(f, "room delete den", ADMIN_UNCONFIRMED);
	verb(f, "room delete den --dry-run", ADMIN_DONE);
	assert_non_null(room(f, "#den"));
	verb(f, "room delete den --confirm #den", ADMIN_DONE);
	verb(f, "room show den", ADMIN_NOT_FOUND);
	fixture_restart(f, true);
	assert_null(room(f, "#den"));
}

static void the_pace_of_a_room_is_set_and_kept(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	verb(f, "room set den --slow 30s --newcomers 10m", ADMIN_DONE);
	expect(bob, "server MODE #den +W+d 30 600");
	verb(f, "room set den --slow 0", ADMIN_USAGE);
	verb(f, "room set den --slow 31d", ADMIN_USAGE);
	verb(f, "room set den --newcomers soon", ADMIN_USAGE);
	verb(f, "room set den --modes +W", ADMIN_USAGE);
	fixture_restart(f, true);
	assert_int_equal(room(f, "#den")->slow_s, 30);
	assert_int_equal(room(f, "#den")->newcomer_s, 600);
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "PRIVMSG #den :hi");
	expect(bob, "server 404 bob #den :*+d*");
	verb(f, "room set den --slow none --newcomers none", ADMIN_DONE);
	expect(bob, "server MODE #den -W-d");
}

// What was done in it, by whom, also after a restart; not what was done elsewhere.
static void the_log_of_a_room_is_kept_and_listed(void **state)
{
	static const char *const rows[][3] = {
		{"alice", "kick", "bob: rude"},
		{"alice", "redact", "bob: spam"},
		{"server", "mode", "+i"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "message-tags draft/message-redaction"),
		    *bob = fixture_login(f, "bob", "");
	struct admin_answer *a;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(alice, "#attic");
	peer_send(bob, "PRIVMSG #den :buy");
	expect(alice, "@msgid=$id bob PRIVMSG #den :buy");
	peer_send(alice, "KICK #den bob :rude");
	peer_send(alice, "REDACT #den $id :spam");
	peer_send(alice, "MODE #attic +m");
	verb(f, "room set den --modes +i", ADMIN_DONE);
	fixture_restart(f, true);
	a = fixture_verb(f, "room log den", NULL);
	assert_int_equal(a->n_rows * a->n_columns, 12);
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++)
			assert_true(span_eq(a->cells[4 * i + 1 + k].text, span_of(rows[i][k])));
	}
	admin_answer_free(a);
	verb(f, "room log nowhere", ADMIN_NOT_FOUND);
	verb(f, "room log den --limit 0", ADMIN_USAGE);
	// A room of the same name is another one.
	verb(f, "room delete den --confirm #den", ADMIN_DONE);
	verb(f, "room add den", ADMIN_DONE);
	a = fixture_verb(f, "room log den", NULL);
	assert_int_equal(a->n_rows, 0);
	admin_answer_free(a);
}

// Deleted, and away: told when they come.
static void an_account_that_goes_leaves_its_room_to_the_oldest_moderator(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", ""),
		    *carol = fixture_login(f, "carol", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_join(carol, "#den");
	verb(f, "room grant den alice --role founder", ADMIN_DONE);
	verb(f, "room grant den carol", ADMIN_DONE);
	verb(f, "room grant den bob", ADMIN_DONE);
	verb(f, "room adopt den carol", ADMIN_CONFLICT);
	peer_close(bob);
	peer_skip(carol);
	verb(f, "user delete alice --confirm alice", ADMIN_DONE);
	expect_later(carol, "server MODE #den +q bob");
	fixture_restart(f, false);
	bob = fixture_login_loud(f, "bob", "");
	expect_later(bob, "server NOTICE bob :You are founder of #den now: *");
}

// Who is only kept out keeps the rank until an administrator gives it to another.
static void a_room_whose_founder_is_disabled_is_adopted(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	(void)fixture_account(f, "dave");
	verb(f, "room grant den alice --role founder", ADMIN_DONE);
	verb(f, "user disable alice --confirm alice", ADMIN_DONE);
	peer_skip(bob);
	verb(f, "room adopt den nobody", ADMIN_NOT_FOUND);
	verb(f, "room adopt den dave", ADMIN_DONE);
	expect_later(bob, "server MODE #den -q alice");
	expect_later(bob, "server MODE #den +q dave");
	verb(f, "room adopt den bob", ADMIN_CONFLICT);
}

static void roles_are_granted_to_those_who_are_not_here_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "bob");
	verb(f, "room add den", ADMIN_DONE);
	verb(f, "room grant den alice", ADMIN_DONE);
	expect(alice, "alice JOIN #den");
	expect_later(alice, "server MODE #den +o alice");
	verb(f, "room grant den bob --role founder", ADMIN_DONE);
	expect(alice, "server MODE #den +q bob");
	verb(f, "room grant den bob --role king", ADMIN_USAGE);
	verb(f, "room grant den nobody", ADMIN_NOT_FOUND);
	fixture_restart(f, true);
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "NAMES #den");
	expect(alice, "server 353 alice = #den :@alice");
	verb(f, "room revoke den alice", ADMIN_DONE);
	expect_later(alice, "server MODE #den -o alice");
	verb(f, "room revoke den alice --membership", ADMIN_DONE);
	expect(alice, "server KICK #den alice :*");
	verb(f, "room revoke den alice", ADMIN_NOT_FOUND);
}

static void settings_are_changed_and_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	verb(f,
	     "room set den --modes +ms-n --topic tea --limit 9 --key sesame --keep 30d "
	     "--keep-size 10MiB",
	     ADMIN_DONE);
	expect(alice, "server MODE #den +m-n+s+k+l sesame 9");
	expect(alice, "server TOPIC #den :tea");
	assert_int_equal(room(f, "#den")->limit, 9);
	assert_string_equal(room(f, "#den")->key, "sesame");
	assert_int_equal(room(f, "#den")->keep_ms, 30LL * 24 * 60 * 60 * 1000);
	assert_int_equal(room(f, "#den")->keep_bytes, 10 * 1024 * 1024);
	verb(f, "room set den --name #cave", ADMIN_DONE);
	expect(alice, "alice PART #den :*");
	expect(alice, "alice JOIN #cave");
	verb(f, "room set cave --modes +x", ADMIN_USAGE);
	verb(f, "room set cave --limit many", ADMIN_USAGE);
	verb(f, "room set cave --keep-size 10XiB", ADMIN_USAGE);
	verb(f, "room set nowhere --topic x", ADMIN_NOT_FOUND);
}

static void bans_of_a_room_are_listed_and_end(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct peer *bob = fixture_login(f, "bob", "");

	struct admin_answer *a;

	peer_join(alice, "#den");
	verb(f, "room ban den bob --for 1h --reason noise", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~a:bob");
	peer_send(bob, "JOIN #den");
	expect(bob, "server 474 bob #den :*");
	a = fixture_verb(f, "room bans den", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_true(span_eq(a->cells[0].text, SPAN("~a:bob")));
	assert_true(span_eq(a->cells[3].text, SPAN("noise")));
	admin_answer_free(a);
	verb(f, "room unban den bob", ADMIN_DONE);
	expect(alice, "server MODE #den -b ~a:bob");
	verb(f, "room unban den bob", ADMIN_NOT_FOUND);
	verb(f, "room ban den bob --mute", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~m:~a:bob");
}

static void bans_of_the_server_are_listed_and_taken_back(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	(void)alice;
	struct admin_answer *a;

	verb(f, "ban add 192.0.2.0/24", ADMIN_DONE);
	verb(f, "ban add no/such/thing", ADMIN_USAGE);
	fixture_restart(f, true);
	a = fixture_verb(f, "ban list", NULL);
	assert_int_equal(a->n_rows, 1);
	admin_answer_free(a);
	verb(f, "ban delete 192.0.2.0/24", ADMIN_DONE);
	verb(f, "ban delete 192.0.2.0/24", ADMIN_NOT_FOUND);
}

static int64_t until_of(struct fixture *f, const char *list)
{
	struct admin_answer *a = fixture_verb(f, list, NULL);
	int64_t until_ms;

	assert_int_equal(a->n_rows, 1);
	until_ms = a->cells[5].number;
	admin_answer_free(a);
	return until_ms;
}

static void the_last_word_on_the_end_of_a_ban_counts(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	verb(f, "room ban den bob --for 1h", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~a:bob");
	verb(f, "room ban den bob", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~a:bob");
	verb(f, "room ban den bob --reason noise", ADMIN_DONE);
	expect_none(alice);
	verb(f, "ban add bob --for 1h", ADMIN_DONE);
	verb(f, "ban add BOB", ADMIN_DONE);
	fixture_restart(f, true);
	fixture_pass(f, 2 * 60 * 60 * 1000);
	assert_int_equal(until_of(f, "room bans den"), 0);
	assert_int_equal(until_of(f, "ban list"), 0);
	alice = fixture_login(f, "alice", "");
	verb(f, "room ban den bob --for 2h", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~a:bob");
	verb(f, "room ban den bob --for 1h", ADMIN_DONE);
	expect(alice, "server MODE #den +b ~a:bob");
	verb(f, "ban add bob --for 1h", ADMIN_DONE);
	assert_in_range(until_of(f, "room bans den") - f->now.wall_ms, 3590000, 3600000);
	assert_in_range(until_of(f, "ban list") - f->now.wall_ms, 3590000, 3600000);
	fixture_restart(f, true);
	fixture_pass(f, 60 * 60 * 1000);
	verb(f, "room unban den bob", ADMIN_NOT_FOUND);
	verb(f, "ban delete bob", ADMIN_NOT_FOUND);
}

static void rooms_are_listed_in_three_orders(void **state)
{
	const struct verb_row rows[] = {
		SAYS("room list", "done: \n#a|0|*\n#b|1|*\n#c|2|*\n#d|2|*"),
		SAYS("room list --sort name", "done: \n#a|0|*\n#b|1|*\n#c|2|*\n#d|2|*"),
		SAYS("room list --sort members", "done: \n#c|2|*\n#d|2|*\n#b|1|*\n#a|0|*"),
		SAYS("room list --sort said", "done: \n#d|2|*\n#b|1|*\n#a|0|*\n#c|2|*|0"),
		SAYS("room list --sort size",
		     "usage: rooms are sorted by name, members or said, not by size"),
		SAYS("room members c", "done: \nalice|moderator|yes|*\nbob|member|yes|*"),
		SAYS("room members e", "not found: there is no room #e"),
		SAYS("room show e", "not found: there is no room #e"),
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	verb(f, "room add a", ADMIN_DONE);
	peer_join(alice, "#b");
	peer_join(alice, "#c");
	peer_join(alice, "#d");
	peer_join(bob, "#c");
	peer_join(bob, "#d");
	peer_send(alice, "PRIVMSG #b :one");
	peer_send(alice, "PRIVMSG #d :two");
	VERB_ROWS(f, alice, rows);
}

static void a_room_is_made_for_a_founder_and_as_it_was_meant(void **state)
{
	const struct verb_row rows[] = {
		HEARD("room add den --founder nobody", "not found=: there is no account nobody",
		      ""),
		HEARD("room add a,b", "usage=: #a,b is no name for a room: *", ""),
		HEARD("room add den --unlisted", "done+: made the room #den", ""),
		HEARD("room show den", "done: \n#den|0|0|+nst||0s|*", ""),
		HEARD("room add den --if-missing", "done=: there is a room #den already", ""),
		HEARD("room add d3n --private --topic tea --founder alice",
		      "done+: made the room #d3n", "alice JOIN #d3n"),
		HEARD("room show d3n", "done: \n#d3n|1|1|+inst|tea|0s|*", NULL),
		HEARD("room add hall", "done+: made the room #hall", ""),
		HEARD("room add ha11", "unconfirmed=: #ha11 is easily taken for #hall: *", ""),
		HEARD("room show ha11", "not found: there is no room #ha11", ""),
		HEARD("room delete den --dry-run",
		      "done=: would remove #den with 0 members and up to 0 messages", ""),
		HEARD("room delete den", "unconfirmed=: *--confirm #den*", ""),
		HEARD("room delete den --confirm #den",
		      "done+: removed the room with 0 members and up to 0 messages", ""),
	};
	struct fixture *f = *state;

	VERB_ROWS(f, fixture_login(f, "alice", ""), rows);
}

static void a_rank_is_given_and_taken(void **state)
{
	const struct verb_row rows[] = {
		HEARD("room grant hall bob", "not found=: there is no room #hall", ""),
		HEARD("room grant den nobody", "not found=: there is no account nobody", ""),
		HEARD("room grant den bob --role king",
		      "usage=: a role is founder, moderator, voice or member, not king", ""),
		HEARD("room grant den bob --role member", "done+: bob is member of #den", ""),
		HEARD("room grant den bob --role MEMBER", "done=: bob is member of #den", ""),
		HEARD("room grant den bob --role voice", "done+: bob is voice of #den",
		      "server MODE #den +v bob"),
		HEARD("room grant den bob", "done+: bob is moderator of #den",
		      "server MODE #den +o bob"),
		HEARD("room grant den bob --role voice", "done=: bob is moderator of #den", ""),
		HEARD("room revoke hall bob", "not found=: there is no room #hall", ""),
		HEARD("room revoke den nobody", "not found=: there is no account nobody", ""),
		HEARD("room revoke den bob", "done+: bob is a plain member of #den",
		      "server MODE #den -o bob"),
		HEARD("room revoke den bob", "done=: bob is a plain member of #den", ""),
		HEARD("room adopt hall bob", "not found=: there is no room #hall", ""),
		HEARD("room adopt den nobody", "not found=: there is no account nobody", ""),
		HEARD("room adopt den bob", "done+: bob is founder of #den",
		      "server MODE #den +q bob"),
		HEARD("room adopt den alice",
		      "conflict=: #den has a founder, bob: room grant --role founder makes another",
		      ""),
		HEARD("room revoke den bob --membership",
		      "done+: bob is no member of #den any more",
		      "server KICK #den bob :Removed by an administrator"),
		HEARD("room revoke den bob", "not found=: bob is no member of #den", ""),
		HEARD("room adopt den bob", "conflict=: #den has a founder, alice: *", ""),
		HEARD("audit list",
		      "done: 9 acts\n*|#den bob no member -> member|*\n*|#den bob member -> member|*\n"
		      "*|#den bob member -> voice|*\n*|#den bob voice -> moderator|*\n"
		      "*|#den bob moderator -> moderator|*\n*|#den bob moderator -> member|*\n"
		      "*|#den bob member -> member|*\n*|#den bob no founder -> founder|*\n"
		      "*|#den bob founder -> no member|*",
		      NULL),
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	(void)fixture_account(f, "bob");
	peer_join(alice, "#den");
	VERB_ROWS(f, alice, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_room_is_made_shown_and_removed),
		HUB_TEST(the_pace_of_a_room_is_set_and_kept),
		HUB_TEST(the_log_of_a_room_is_kept_and_listed),
		HUB_TEST(an_account_that_goes_leaves_its_room_to_the_oldest_moderator),
		HUB_TEST(a_room_whose_founder_is_disabled_is_adopted),
		HUB_TEST(roles_are_granted_to_those_who_are_not_here_too),
		HUB_TEST(settings_are_changed_and_told),
		HUB_TEST(bans_of_a_room_are_listed_and_end),
		HUB_TEST(bans_of_the_server_are_listed_and_taken_back),
		HUB_TEST(the_last_word_on_the_end_of_a_ban_counts),
		HUB_TEST(rooms_are_listed_in_three_orders),
		HUB_TEST(a_room_is_made_for_a_founder_and_as_it_was_meant),
		HUB_TEST(a_rank_is_given_and_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
