// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TAGS "message-tags server-time echo-message"

static void a_message_reaches_the_others_in_the_room_but_not_its_sender(void **state)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	(void)state;
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "PRIVMSG #den :hello there");
	expect(bob, "alice PRIVMSG #den :hello there");
	expect_none(alice);
	peer_send(alice, "NOTICE #den :psst");
	expect(bob, "alice NOTICE #den psst");
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_reaches_the_others_in_the_room_but_not_its_sender),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
