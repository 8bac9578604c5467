// SPDX-License-Identifier: MIT
// What somebody said when he was called otherwise, or before his account was deleted: a room's
// history calls him as then, a search finds the person, and who talked with him keeps that.
#include "server/hub/people/account.h"
#include "server/hub/history/history.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS "batch draft/chathistory message-tags echo-message account-tag soju.im/search"
#define ALL "timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 50"

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, "sesame-sesame");

	if (a->code != ADMIN_DONE)
		fail_msg("%s: " SPAN_FMT, words, SPAN_ARG(a->words));
	admin_answer_free(a);
}

// bob speaks in the room and to alice, then the verbs are done.
static struct peer *after(struct fixture *f, bool restarts, const char *const *verbs)
{
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :apple one");
	peer_send(bob, "PRIVMSG alice :apple two");
	peer_send(alice, "PRIVMSG bob :pear");
	while (*verbs)
		verb(f, *verbs++);
	if (restarts) {
		fixture_restart(f, false);
		alice = fixture_login(f, "alice", CAPS);
	}
	peer_skip(alice);
	return alice;
}

// Asks for the newest of a conversation.
static void ask(struct peer *alice, const char *target)
{
	char pattern[80];

	snprintf(pattern, sizeof(pattern), "server BATCH +* chathistory %s", target);
	peer_send(alice, "CHATHISTORY LATEST %s * 50", target);
	expect(alice, pattern);
}

static void end(struct peer *alice)
{
	expect(alice, "server BATCH -*");
}

static void a_room_calls_people_as_they_were_called_and_accounts_as_they_are(void **state)
{
	static const char *const verbs[] = {"user rename bob rob", NULL};
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *alice = after(f, restarts, verbs);

		ask(alice, "#den");
		expect(alice, "@account=rob bob PRIVMSG #den :apple one");
		end(alice);
		ask(alice, "rob");
		expect(alice, "@account=rob rob PRIVMSG alice :apple two");
		expect(alice, "@account=alice alice PRIVMSG rob :pear");
		end(alice);
		fixture_renew(f, NULL);
	}
}

// The longest name, and a text that fills the line as it was said under the short one.
static void a_longer_name_of_then_cuts_nothing(void **state)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyzabcdef";
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS), *p = fixture_login(f, name, CAPS);
	char text[391];
	const char *line;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	peer_join(alice, "#den");
	peer_join(p, "#den");
	peer_send(p, "PRIVMSG #den :%s", text);
	verb(f, "user rename abcdefghijklmnopqrstuvwxyzabcdef b");
	peer_skip(alice);
	ask(alice, "#den");
	size_t n = 0;
	while ((line = peer_next(alice)) != NULL) {
		const char *said = strstr(line, " :x");

		n += said ? strlen(said) - 2 : 0;
	}
	assert_int_equal(n, sizeof(text) - 1);
}

static void finds(struct peer *alice, const char *from, const char *first, const char *second)
{
	peer_send(alice, "SEARCH text=apple;from=%s", from);
	expect(alice, "server BATCH +* soju.im/search");
	if (first)
		expect(alice, first);
	if (second)
		expect(alice, second);
	end(alice);
}

static void a_search_finds_a_person_under_each_name(void **state)
{
	static const char *const renamed[] = {"user rename bob rob", "user rename rob sam",
					      NULL};
	static const char *const deleted[] = {"user rename bob rob",
					      "user delete rob --confirm rob", NULL};
	static const char *const exchanged[] = {"user rename bob rob", "user add bob --reuse",
						NULL};
	static const char one[] = "bob PRIVMSG #den :apple one";
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		struct peer *alice = after(f, restarts, renamed);

		finds(alice, "sam", one, "sam PRIVMSG alice :apple two");
		finds(alice, "ROB", one, "sam PRIVMSG alice :apple two");
		finds(alice, "bob", one, "sam PRIVMSG alice :apple two");
		finds(alice, "alice", NULL, NULL);
		fixture_renew(f, NULL);
		alice = after(f, restarts, deleted);
		finds(alice, "rob", one, "rob PRIVMSG alice :apple two");
		finds(alice, "bob", one, "rob PRIVMSG alice :apple two");
		fixture_renew(f, NULL);
		alice = after(f, restarts, exchanged);
		finds(alice, "bob", NULL, NULL);
		finds(alice, "rob", one, "rob PRIVMSG alice :apple two");
		fixture_renew(f, NULL);
	}
}

static void reads(struct peer *alice, const char *name)
{
	peer_send(alice, "CHATHISTORY TARGETS " ALL);
	for (const char *line = ""; !strstr(line, name);) {
		line = peer_next(alice);
		if (line == NULL)
			fail_msg("%s is no target", name);
	}
	peer_skip(alice);
	ask(alice, name);
	expect(alice, "* PRIVMSG alice :apple two");
	expect(alice, "alice PRIVMSG * :pear");
	end(alice);
	peer_send(alice, "MARKREAD %s timestamp=2100-01-01T00:00:00.000Z", name);
	expect(alice, "server MARKREAD * timestamp=*");
	peer_send(alice, "PRIVMSG %s :are you there?", name);
	expect(alice, "server 401 alice * :*");
}

// ... and the next one of that name has nothing of it.
static void who_talked_with_a_deleted_account_keeps_that(void **state)
{
	static const char *const verbs[] = {"user delete bob --confirm bob", NULL};
	struct fixture *f = *state;

	for (int restarts = 0; restarts < 2; restarts++) {
		account_id id = fixture_account(f, "bob")->id;
		struct peer *alice = after(f, restarts, verbs), *bob;
		char name[40];

		reads(alice, "bob");
		bob = fixture_login(f, "bob", CAPS);
		peer_skip(alice);
		ask(bob, "alice");
		end(bob);
		snprintf(name, sizeof(name), "bob~%lld", (long long)id);
		reads(alice, name);
		if (restarts)
			fixture_restart(f, false);
		alice = fixture_login(f, "alice", CAPS);
		reads(alice, name);
		ask(alice, "bob");
		end(alice);
		fixture_renew(f, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_room_calls_people_as_they_were_called_and_accounts_as_they_are),
		HUB_TEST(a_longer_name_of_then_cuts_nothing),
		HUB_TEST(a_search_finds_a_person_under_each_name),
		HUB_TEST(who_talked_with_a_deleted_account_keeps_that),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
