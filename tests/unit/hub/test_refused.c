// SPDX-License-Identifier: MIT
// What commands answer to words that they do not take, line by line.
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct answered {
	const char *line, *answer; // "": none
};

static void expect_answers(struct peer *p, const struct answered *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		peer_skip(p);
		peer_send(p, "%s", rows[i].line);
		if (*rows[i].answer)
			expect(p, rows[i].answer);
		expect_none(p);
	}
}

static void cert_takes_what_is_there(void **state)
{
	static const struct answered rows[] = {
		{"CERT ADD", "server FAIL CERT NO_CERTIFICATE :*"},
		{"CERT LIST", "server CERT LIST *"},
		{"CERT OTHERS", "server CERT OTHERS 0 1"},
		{"CERT ALLOW x", "server FAIL CERT NO_SUCH_QUESTION x :*"},
		{"CERT ALLOW 7", "server FAIL CERT NO_SUCH_QUESTION 7 :*"},
		{"CERT DENY 18446744073709551615",
		 "server FAIL CERT NO_SUCH_QUESTION 18446744073709551615 :*"},
		{"CERT PROVE !", "server FAIL CERT WRONG_PASSWORD :*"},
		{"CERT PROVE AAAA 123456", "server FAIL CERT WRONG_PASSWORD :*"},
		{"CERT PROVE CODE", "server FAIL CERT WRONG_PASSWORD :*"},
		{"CERT PROVE CODE 123456", "server FAIL CERT WRONG_CODE :*"},
		{"CERT PROVE SIGN-IN", "server FAIL CERT NOT_BOUND :*"},
		{"CERT REVOKE ALL", "server FAIL CERT INVALID_SUBCOMMAND REVOKE :*"},
		{"CERT ALL OTHERS", "server FAIL CERT INVALID_SUBCOMMAND ALL :*"},
		{"CERT OFFER", "server FAIL CERT CAPABILITY_NEEDED snug.chat/devices :*"},
		{"CERT CLAIM x", "server 462 alice :*"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "standard-replies");

	admin_answer_free(fixture_verb(f, "user token add alice old", NULL));
	expect_answers(alice, rows, ARRAY_LEN(rows));
}

static void metadata_of_a_closed_room_is_its_members(void **state)
{
	static const struct answered inside[] = {
		{"METADATA #den GET url", "server 761 bob #den url * :x"},
		{"METADATA #den LIST", "server 761 bob #den url * :x"},
		{"METADATA #den SET url :y",
		 "server FAIL METADATA KEY_NO_PERMISSION #den url :*"},
		{"METADATA * SET url :a\u202eb", "server FAIL METADATA INVALID_VALUE url :*"},
		{"METADATA * SET URL :x", "server FAIL METADATA INVALID_KEY URL :*"},
		{"METADATA * GET", "server 461 bob METADATA :*"},
		{"METADATA #nowhere LIST", "server FAIL METADATA INVALID_TARGET #nowhere :*"},
	};
	static const struct answered outside[] = {
		{"METADATA #den GET url", "server 766 carol #den url :*"},
		{"METADATA #den LIST", ""},
		{"METADATA * SET url :a\u202eb", "server FAIL METADATA VALUE_INVALID :*"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-2"),
		    *bob = fixture_login(f, "bob", "draft/metadata-3"),
		    *carol = fixture_login(f, "carol", "draft/metadata-2");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "METADATA #den SET url :x");
	peer_send(alice, "MODE #den +k tea");
	expect_answers(bob, inside, ARRAY_LEN(inside));
	expect_answers(carol, outside, ARRAY_LEN(outside));
}

// Of a room that is open to all anybody may know it; an administrator of each.
static void metadata_is_synced_to_who_may_know_it(void **state)
{
	static const struct answered
		closed[] = {{"METADATA #den SYNC", ""},
			    {"METADATA #hall SYNC", "server 761 carol #hall url * :y"}},
		oper[] = {{"METADATA #den GET url", "server 761 root #den url * :x"},
			  {"METADATA #den SYNC", "server 761 root #den url * :x"},
			  {"METADATA #den SET url :z", "server 761 root #den url * :z"}};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-3"),
		    *carol = fixture_login(f, "carol", "draft/metadata-3"), *root;

	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "draft/metadata-3");
	peer_join(alice, "#den");
	peer_join(alice, "#hall");
	peer_send(alice, "METADATA #den SET url :x");
	peer_send(alice, "METADATA #hall SET url :y");
	peer_send(alice, "MODE #den +k tea");
	peer_send(carol, "METADATA * SUB url");
	peer_send(root, "METADATA * SUB url");
	expect_answers(carol, closed, ARRAY_LEN(closed));
	expect_answers(root, oper, ARRAY_LEN(oper));
}

static void what_is_set_before_the_login_is_judged_as_later(void **state)
{
	static const struct answered rows[] = {
		{"METADATA * SET URL :x", "server FAIL METADATA INVALID_KEY URL :*"},
		{"METADATA * SET url :a\u202eb", "server FAIL METADATA INVALID_VALUE url :*"},
		{"METADATA * LIST", "server 451 * :*"},
		{"METADATA * SET url :x", "server 761 * * url * :x"},
	};
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ :draft/metadata-3");
	expect_answers(p, rows, ARRAY_LEN(rows));
}

static void rooms_are_made_by_whom_the_server_lets(void **state)
{
	static const struct answered rows[] = {{"JOIN #den", "server 403 alice #den :*"}};
	struct hub_config config = fixture_config();
	struct fixture *f = *state;

	config.create_rooms = ROOMS_BY_ADMINS;
	fixture_renew(f, &config);
	expect_answers(fixture_login(f, "alice", ""), rows, ARRAY_LEN(rows));
	(void)fixture_admin_account(f, "root");
	struct peer *root = fixture_login(f, "root", "");
	peer_send(root, "JOIN #den");
	expect(root, "root JOIN #den");
}

// A room to which an invite leads is not blank.
static void a_room_with_an_invite_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#gone");
	peer_join(alice, "#den");
	admin_answer_free(fixture_verb(f, "invite create --room den", NULL));
	peer_send(alice, "PART #den,#gone");
	assert_non_null(room_find(f->hub, SPAN("#den")));
	assert_null(room_find(f->hub, SPAN("#gone")));
}

// Twenty are put out by one line, or refused one by one; then it ends.
static void a_line_puts_out_twenty(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_join(alice, "#den");
	peer_send(alice, "KICK #den a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,A,u,v");
	for (int i = 0; i < 20; i++)
		expect(alice, "server 401 alice ? :*");
	expect(alice, "server 407 alice u :*");
	expect_none(alice);
}

static void a_line_enters_and_names_twenty(void **state)
{
	static const char rooms[] = "#a,#b,#c,#d,#e,#f,#g,#h,#i,#j,#k,#l,#m,#n,#o,#p,#q,#r,#s,"
				    "#t,#A,#u,#v";
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	peer_send(alice, "NAMES %s", rooms);
	expect(alice, "server 407 alice #u :*");
	expect_none(alice);
	peer_send(alice, "JOIN #a,,%s", rooms);
	expect_later(alice, "server 407 alice #u :*");
	expect_none(alice);
	assert_non_null(room_find(f->hub, SPAN("#t")));
	assert_null(room_find(f->hub, SPAN("#v")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(cert_takes_what_is_there),
		HUB_TEST(metadata_of_a_closed_room_is_its_members),
		HUB_TEST(metadata_is_synced_to_who_may_know_it),
		HUB_TEST(what_is_set_before_the_login_is_judged_as_later),
		HUB_TEST(rooms_are_made_by_whom_the_server_lets),
		HUB_TEST(a_room_with_an_invite_stays),
		HUB_TEST(a_line_puts_out_twenty),
		HUB_TEST(a_line_enters_and_names_twenty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
