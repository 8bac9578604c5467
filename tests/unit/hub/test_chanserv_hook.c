// SPDX-License-Identifier: MIT
// Who founded a room makes hooks for it in a client, where the setting lets.
#include "tests/support/hub_fixture.h"

#include "server/hub/rooms/hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static int set_up(void **state)
{
	struct hub_config config = fixture_config();

	config.hooks = HOOKS_BY_FOUNDERS;
	config.has_web = true;
	config.web_port = 8443;
	*state = fixture_new(&config);
	(void)fixture_account(*state, "alice");
	verb(*state, "room add #den --founder alice");
	return 0;
}

static void ask(struct peer *p, const char *words)
{
	peer_send(p, "PRIVMSG ChanServ :HOOK %s", words);
}

// The secret of the address that came last.
static struct span address(struct peer *p)
{
	struct span line = span_of(peer_next(p)), start = SPAN("https://chat.test:8443/hook/");
	const char *found = memmem(line.at, line.len, start.at, start.len);

	assert_non_null(found);
	return span_from(found + start.len, (size_t)(line.at + line.len - found) - start.len);
}

static void a_founder_makes_rotates_and_revokes(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");
	struct span first, second;

	ask(alice, "#den ADD ci ALERT");
	expect(alice, "ChanServ NOTICE alice :ci?hook? speaks in #den at this address*");
	first = address(alice);
	assert_true(hook_find(f->hub, first)->may_alert);
	ask(alice, "#den ROTATE CI");
	expect(alice, "ChanServ NOTICE alice :ci?hook? speaks in #den at this address*");
	second = address(alice);
	assert_null(hook_find(f->hub, first));
	assert_non_null(hook_find(f->hub, second));
	ask(alice, "#den LIST");
	expect(alice, "ChanServ NOTICE alice :ci?hook?, made by alice, may alert");
	expect(alice, "ChanServ NOTICE alice :#den has 1 hooks");
	ask(alice, "#den DEL ci");
	expect(alice, "ChanServ NOTICE alice :ci?hook? speaks in #den no more");
	assert_null(hook_find(f->hub, second));
}

static void what_is_wrong_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", "");

	ask(alice, "#den ADD c/i");
	expect(alice, "ChanServ NOTICE alice :Not made: a hook's name is like an account's*");
	ask(alice, "#den ADD");
	expect(alice, "ChanServ NOTICE alice :Usage: HOOK*");
	ask(alice, "#den DEL ci");
	expect(alice, "ChanServ NOTICE alice :There is no hook of that name*");
	fixture_disk_is(f, DISK_LOW);
	ask(alice, "#den ADD ci");
	expect(alice, "server FAIL HOOK TEMPORARILY_UNAVAILABLE :*");
}

static void nobody_else_does(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", "");

	peer_join(bob, "#den");
	verb(f, "room grant den bob --role moderator");
	peer_skip(bob);
	ask(bob, "#den ADD ci");
	expect(bob, "server 482 bob #den :*");
	ask(bob, "#nowhere ADD ci");
	expect(bob, "server 403 bob #nowhere :*");
}

static void founders_do_not_where_only_administrators_may(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *alice;

	fixture_renew(f, &config);
	alice = fixture_login(f, "alice", "");
	verb(f, "room add #den --founder alice");
	peer_skip(alice);
	ask(alice, "#den ADD ci");
	expect(alice, "ChanServ NOTICE alice :Administrators alone make hooks here: ask one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(a_founder_makes_rotates_and_revokes, set_up),
		HUB_TEST_WITH(what_is_wrong_is_told, set_up),
		HUB_TEST_WITH(nobody_else_does, set_up),
		HUB_TEST_WITH(founders_do_not_where_only_administrators_may, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
