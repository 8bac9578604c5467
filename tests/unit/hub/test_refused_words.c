// SPDX-License-Identifier: MIT
// Words that commands and services do not take, beside the ones that they do.
#include "server/hub/people/account.h"
#include "tests/unit/hub/files_peer.h"

#include <string.h>

#define CAPS                                                                                   \
	"batch draft/chathistory draft/multiline draft/message-redaction soju.im/search "      \
	"message-tags draft/authtoken"

static const struct {
	const char *service;
	bool is_run;
} services[] = {
#define SERVICE_VERB(service, verb, fn, least, usage, text) {service, true},
#define SERVICE_TEXT(service, verb, usage, text) {service, false},
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
};

static void each_is_answered_once(void **state)
{
	static const char *const rows[][2] = {
		{"CHATHISTORY LATEST #den * 0",
		 "server FAIL CHATHISTORY INVALID_PARAMS LATEST 0 :*"},
		{"SEARCH text=x;limit=0", "server FAIL SEARCH INVALID_PARAMS limit :*"},
		{"REDACT #den x :a\u202eb", "server FAIL REDACT INVALID_TEXT :*"},
		{"BATCH +a.b draft/multiline #den", "server FAIL BATCH INVALID_REFTAG +a.b :*"},
		{"BATCH + draft/multiline #den", "server FAIL BATCH INVALID_REFTAG + :*"},
		{"BATCH -a", "server FAIL BATCH INVALID_REFTAG -a :*"},
		{"BATCH +a draft/else #den", "server FAIL BATCH UNKNOWN_TYPE a draft/else :*"},
		{"PRIVMSG NickServ :SET EMAIL old new",
		 "NickServ NOTICE alice :Usage: SET PASSWORD *"},
		{"PRIVMSG ChanServ :ACCESS #nowhere DEL bob",
		 "ChanServ NOTICE alice :There is no room #nowhere"},
		{"TOKEN DANCE", "server FAIL TOKEN INVALID_PARAMS DANCE :*"},
		{"TOKEN VALIDATE x", "server FAIL TOKEN NO_PERMISSIONS :*"},
		// What there is not is said of the target, not of the file.
		{"PRIVMSG nobody :" SPACE "AAAAAAAAAAAAAAAAAAAAAA",
		 "server 401 alice nobody :*"},
	};
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS);

	peer_join(alice, "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(alice, "%s", rows[i][0]);
		expect(alice, rows[i][1]);
		expect_none(alice);
	}
}

// A comparison that is none is a mask, by which no room is called.
static void a_list_is_of_what_compares(void **state)
{
	static const struct {
		const char *words;
		bool has_den;
	} rows[] = {{">0", true},    {">1", false},  {">x", false},           {"C>x", false},
		    {"T<x", false},  {"<2", true},   {">99999999999", false}, {"#d*", true},
		    {"!#d*", false}, {"!#e*", true}, {"U>0", false},          {"=0", false}};
	struct peer *alice = fixture_login(*state, "alice", "");

	peer_join(alice, "#den");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(alice, "LIST %s", rows[i].words);
		expect(alice, "server 321 alice Channel :*");
		if (rows[i].has_den)
			expect(alice, "server 322 alice #den 1 *");
		expect(alice, "server 323 alice :*");
	}
}

// What it has not is not told of.
static void a_room_without_a_topic_has_no_line_of_it(void **state)
{
	struct peer *alice = fixture_login(*state, "alice", "");

	peer_join(alice, "#den");
	for (int has_topic = 0; has_topic < 2; has_topic++) {
		peer_send(alice, "PRIVMSG ChanServ :INFO #den");
		expect(alice, "ChanServ NOTICE alice :#den: 1 members, *");
		if (has_topic)
			expect(alice, "ChanServ NOTICE alice :topic: tea");
		expect_none(alice);
		peer_send(alice, "TOPIC #den :tea");
		peer_skip(alice);
	}
}

static void a_service_lists_what_it_does(void **state)
{
	struct peer *alice = fixture_login(*state, "alice", "");
	const char *last = "";

	for (size_t i = 0; i < ARRAY_LEN(services); i++) {
		const char *name = services[i].service;

		if (strcmp(last, name) == 0)
			continue;
		last = name;
		peer_send(alice, "PRIVMSG %s :HELP", name);
		assert_non_null(peer_next(alice)); // what it is
		for (size_t k = i; k < ARRAY_LEN(services); k++) {
			if (services[k].is_run && strcmp(services[k].service, name) == 0)
				assert_non_null(peer_next(alice));
		}
		expect_none(alice);
	}
}

// Typing is not stored: it needs no disk.
static void what_is_not_stored_is_said_on_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);

	fixture_disk_is(f, DISK_FULL);
	peer_send(alice, "@+typing=active TAGMSG bob");
	expect(bob, "@+typing=active alice TAGMSG bob");
	expect_none(alice);
	peer_send(alice, "@+draft/react=x TAGMSG bob");
	expect(alice, "server FAIL TAGMSG TEMPORARILY_UNAVAILABLE :*");
	expect_none(bob);
}

// Only a room that anybody may enter is its members' to invite to.
static void members_invite_where_anybody_may_come(void **state)
{
	static const char *const closings[] = {"+k tea", "-k tea", "+i", "-i"};
	struct hub_config config = files_config();
	struct fixture *f = *state;
	struct peer *alice, *bob;

	config.invites = INVITES_BY_MEMBERS;
	config.registration = REGISTRATION_INVITE;
	fixture_renew(f, &config);
	alice = fixture_login(f, "alice", "");
	bob = fixture_login(f, "bob", "");
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	for (size_t i = 0; i < ARRAY_LEN(closings); i++) {
		peer_send(alice, "MODE #den %s", closings[i]);
		peer_skip(bob);
		peer_send(bob, "INVITELINK ADD #den");
		expect(bob, *closings[i] == '+' ? "server 482 bob #den :*"
						: "server INVITELINK ADD * #den 1 1 * :*");
	}
}

// What is watched anew is told whole; a look at who is here is no more than that.
static void a_look_at_who_is_here_tells_no_metadata(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "draft/metadata-3 batch"),
		    *bob = fixture_login(f, "bob", "draft/metadata-3 batch");

	peer_send(bob, "METADATA * SET url :x");
	peer_send(alice, "METADATA * SUB url");
	peer_skip(alice);
	peer_send(alice, "MONITOR + bob");
	expect(alice, "server 761 alice bob url * :x");
	expect(alice, "server 730 alice :bob!*");
	expect_none(alice);
	peer_send(alice, "MONITOR S");
	expect(alice, "server 730 alice :bob!*");
	expect_none(alice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(each_is_answered_once, files_set_up),
		HUB_TEST(a_list_is_of_what_compares),
		HUB_TEST(a_room_without_a_topic_has_no_line_of_it),
		HUB_TEST(a_service_lists_what_it_does),
		HUB_TEST(what_is_not_stored_is_said_on_a_full_disk),
		HUB_TEST(members_invite_where_anybody_may_come),
		HUB_TEST(a_look_at_who_is_here_tells_no_metadata),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
