// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "server/hub/people/credential.h"
#include "server/hub/people/account.h"
#include "server/hub/people/invite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PASSPHRASE "a quite long passphrase"

static int invite_only(void **state)
{
	struct hub_config config = fixture_config();

	config.registration = REGISTRATION_INVITE;
	config.link = (struct snug_link){
		.host = "chat.test", .port = "7000", .others = {1, {{"b.test", LINK_PORT}}}};
	*state = fixture_new(&config);
	return 0;
}

// The token of a fresh invite; free() it.
static char *token_of(struct fixture *f, const char *verb)
{
	struct admin_answer *a = fixture_verb(f, verb, NULL);
	struct span rest = a->plain;
	char *token;

	assert_int_equal(a->code, ADMIN_DONE);
	while (rest.len && !span_starts(rest, SPAN(",invite=")))
		rest = span_after(rest, 1);
	rest = span_after(rest, 8);
	token = span_dup(span_cut(&rest, ','));
	assert_int_equal(strlen(token), SECRET_TEXT_LEN);
	admin_answer_free(a);
	return token;
}

static void register_with(struct peer *p, const char *token, const char *name)
{
	if (token)
		peer_send(p, "PASS %s", token);
	peer_send(p, "NICK %s", name);
	peer_send(p, "REGISTER * * :" PASSPHRASE);
}

static void a_link_names_host_room_token_and_pin(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;

	admin_answer_free(fixture_verb(f, "room add #den", NULL));
	a = fixture_verb(f, "invite create --room den --uses 3", NULL);
	assert_true(span_starts(a->plain, SPAN("snug://chat.test:7000,b.test/den,invite=")));
	admin_answer_free(a);
	a = fixture_verb(f, "invite create --room #nowhere", NULL);
	assert_int_equal(a->code, ADMIN_NOT_FOUND);
	admin_answer_free(a);
	a = fixture_verb(f, "invite create --uses none", NULL);
	assert_int_equal(a->code, ADMIN_USAGE);
	admin_answer_free(a);
}

static void without_an_invite_nobody_registers(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	register_with(p, NULL, "alice");
	expect(p, "server FAIL REGISTER INVITE_REQUIRED alice :*");
	register_with(p, "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "alice");
	expect(p, "server FAIL REGISTER INVITE_REQUIRED alice :*unknown*");
}

static void an_invite_makes_the_account_and_brings_it_into_the_room(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *bob = fixture_login(f, "bob", "");
	char *token;

	peer_send(bob, "JOIN #den");
	token = token_of(f, "invite create --room #den");
	peer_skip(bob);
	peer_send(p, "CAP LS 302");
	peer_skip(p);
	register_with(p, token, "alice");
	expect(p, "server REGISTER SUCCESS alice :*");
	expect(p, "server 900 * * alice :*");
	peer_send(p, "USER u 0 * :A");
	peer_send(p, "CAP END");
	expect(p, "server 001 alice :*");
	expect_later(p, "alice JOIN #den");
	expect_later(p, "server 366 alice #den :*");
	expect(bob, "alice JOIN #den");
	free(token);
}

static void an_invite_is_used_up(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *q = fixture_open(f), *late = fixture_open(f);
	char *token = token_of(f, "invite create");

	// Both hold a good token; the first REGISTER takes the one use.
	peer_send(p, "PASS %s", token);
	peer_send(q, "PASS %s", token);
	peer_put(p, "REGISTER alice * :" PASSPHRASE);
	peer_put(q, "REGISTER bob * :" PASSPHRASE);
	fixture_settle(f);
	expect(p, "server REGISTER SUCCESS alice :*");
	expect(q, "server FAIL REGISTER INVITE_REQUIRED bob :*");
	register_with(late, token, "carol");
	expect(late, "server FAIL REGISTER INVITE_REQUIRED carol :*");
	free(token);
}

static void a_use_comes_back_when_no_account_came_of_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *q = fixture_open(f);
	char *token = token_of(f, "invite create --uses 2");

	peer_send(p, "PASS %s", token);
	peer_send(q, "PASS %s", token);
	peer_put(p, "REGISTER alice * :" PASSPHRASE);
	peer_put(q, "REGISTER alice * :" PASSPHRASE);
	fixture_settle(f);
	expect(p, "server REGISTER SUCCESS alice :*");
	expect(q, "server FAIL REGISTER ACCOUNT_EXISTS alice :*");
	peer_send(q, "REGISTER bob * :" PASSPHRASE);
	expect(q, "server REGISTER SUCCESS bob :*");
	free(token);
}

static void a_use_comes_back_when_the_connection_breaks(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *q;
	char *token = token_of(f, "invite create");

	peer_put(p, "PASS %s", token);
	peer_put(p, "REGISTER alice * :" PASSPHRASE);
	peer_close(p);
	fixture_settle(f);
	assert_null(account_find(f->hub, SPAN("alice")));
	q = fixture_open(f);
	register_with(q, token, "alice");
	expect(q, "server REGISTER SUCCESS alice :*");
	free(token);
}

static void an_invite_expires(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	char *token = token_of(f, "invite create --expires 1h");

	fixture_pass(f, 61LL * 60 * 1000);
	register_with(p, token, "alice");
	expect(p, "server FAIL REGISTER INVITE_REQUIRED alice :*");
	free(token);
}

static void an_invite_is_withdrawn_and_survives_a_restart(void **state)
{
	struct fixture *f = *state;
	char *token = token_of(f, "invite create --uses 5");
	struct admin_answer *a;
	struct peer *p;

	fixture_restart(f, true);
	assert_non_null(invite_find(f->hub, span_of(token)));
	a = fixture_verb(f, "invite list", NULL);
	assert_int_equal(a->n_rows, 1);
	assert_int_equal(a->cells[2].number, 5);
	admin_answer_free(a);
	{
		struct buf verb = {0};

		buf_printf(&verb, "invite revoke %s", token);
		a = fixture_verb(f, buf_str(&verb), NULL);
		assert_int_equal(a->code, ADMIN_DONE);
		admin_answer_free(a);
		buf_clear(&verb);
	}
	p = fixture_open(f);
	register_with(p, token, "alice");
	expect(p, "server FAIL REGISTER INVITE_REQUIRED alice :*");
	fixture_restart(f, false);
	assert_null(invite_find(f->hub, span_of(token)));
	free(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(a_link_names_host_room_token_and_pin, invite_only),
		HUB_TEST_WITH(without_an_invite_nobody_registers, invite_only),
		HUB_TEST_WITH(an_invite_makes_the_account_and_brings_it_into_the_room,
			      invite_only),
		HUB_TEST_WITH(an_invite_is_used_up, invite_only),
		HUB_TEST_WITH(a_use_comes_back_when_no_account_came_of_it, invite_only),
		HUB_TEST_WITH(a_use_comes_back_when_the_connection_breaks, invite_only),
		HUB_TEST_WITH(an_invite_expires, invite_only),
		HUB_TEST_WITH(an_invite_is_withdrawn_and_survives_a_restart, invite_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
