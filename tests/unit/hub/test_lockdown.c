// SPDX-License-Identifier: MIT
// A lockdown (lockdown.h): who gets in, who stays, who hears of it, and that it lasts.
#include "server/hub/hub.h"
#include "server/hub/people/account.h"
#include "tests/unit/hub/sasl_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code)
		fail_msg("%s: %d, " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static struct span in_status(struct fixture *f, struct admin_answer **a)
{
	*a = fixture_verb(f, "status", NULL);
	for (size_t i = 0; i < (*a)->n_columns; i++) {
		if (span_eq((*a)->columns[i], SPAN("lockdown")))
			return (*a)->cells[i].text;
	}
	return SPAN("");
}

static void assert_status(struct fixture *f, const char *begins)
{
	struct admin_answer *a;

	assert_true(span_starts(in_status(f, &a), span_of(begins)));
	admin_answer_free(a);
}

static int64_t refused(const struct fixture *f)
{
	struct hub_figures figures;

	hub_figures(f->hub, &figures);
	return figures.refused[HUB_REFUSED_LOCKDOWN];
}

static void who_is_in_hears_of_it_and_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies"),
		    *bob = fixture_login(f, "bob", "");

	verb(f, "lockdown", ADMIN_DONE);
	expect(ann, "server NOTE * LOCKDOWN strangers :The server is locked down: nobody new*");
	expect(bob, "server NOTICE bob :The server is locked down: nobody new*");
	peer_send(ann, "PRIVMSG bob :still here");
	expect_later(bob, "ann PRIVMSG bob :still here");
	verb(f, "lockdown --off", ADMIN_DONE);
	expect_later(ann, "server NOTE * LOCKDOWN off :The server is open again");
	expect_later(bob, "server NOTICE bob :The server is open again");
	assert_int_equal(refused(f), 0);
}

static void no_account_is_made(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *eve;

	config.registration = REGISTRATION_OPEN;
	fixture_renew(f, &config);
	eve = fixture_open(f);
	verb(f, "lockdown", ADMIN_DONE);
	peer_send(eve, "CAP REQ :standard-replies");
	peer_send(eve, "NICK eve");
	peer_send(eve, "REGISTER eve * :correct horse battery");
	expect_later(eve, "server FAIL REGISTER LOCKDOWN eve :The server is locked down*");
	assert_int_equal(refused(f), 1);
}

static struct peer *come(struct fixture *f, const char *name)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :%s:" FIXTURE_PASSWORD, name);
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER %s 0 * :%s", name, name);
	return p;
}

static void a_password_lets_in_only_from_where_it_did(void **state)
{
	struct inbox_opened home = {.host = SPAN("192.0.2.1"), .source = 1},
			    away = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *p;

	(void)fixture_account(f, "alice");
	p = fixture_open_as(f, &home);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
	verb(f, "lockdown", ADMIN_DONE);
	p = fixture_open_as(f, &home);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
	p = fixture_open_as(f, &away);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p,
		     "server FAIL AUTHENTICATE LOCKDOWN :The server is locked down: nobody*");
	expect(p, NO);
	assert_int_equal(refused(f), 1);
	verb(f, "lockdown --off", ADMIN_DONE);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

static void a_token_lets_in_from_anywhere(void **state)
{
	struct inbox_opened away = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct admin_answer *token;
	struct peer *p;

	(void)fixture_account(f, "alice");
	token = fixture_verb(f, "user token add alice bot", NULL);
	verb(f, "lockdown", ADMIN_DONE);
	p = fixture_open_as(f, &away);
	peer_send(p, "PASS " SPAN_FMT, SPAN_ARG(token->plain));
	peer_send(p, "NICK alice");
	peer_send(p, "USER alice 0 * :alice");
	expect_later(p, "server NOTICE alice :The server is locked down*");
	admin_answer_free(token);
}

static void only_administrators_get_in_and_the_others_hear_why(void **state)
{
	struct fixture *f = *state;

	(void)fixture_admin_account(f, "ann");
	peer_close(fixture_login(f, "ann", ""));
	peer_close(fixture_login(f, "bob", ""));
	verb(f, "lockdown --admins", ADMIN_DONE);
	expect_later(fixture_login_loud(f, "ann", "standard-replies"),
		     "server NOTE * LOCKDOWN members :The server is locked down: only*");
	expect_later(come(f, "bob"), "ERROR :*only administrators are let in*");
	assert_int_equal(refused(f), 1);
}

static void a_drop_ends_all_but_administrators(void **state)
{
	struct fixture *f = *state;
	struct peer *ann, *bob;

	(void)fixture_admin_account(f, "ann");
	ann = fixture_login(f, "ann", "");
	bob = fixture_login(f, "bob", "");
	verb(f, "lockdown --admins --drop", ADMIN_DONE);
	expect_later(bob, "ERROR :*only administrators are let in*");
	expect_later(ann, "server NOTICE ann :The server is locked down*");
	peer_send(ann, "PING :x");
	expect_later(ann, "server PONG * :x");
}

static void it_outlasts_the_server(void **state)
{
	struct fixture *f = *state;

	assert_status(f, "off");
	verb(f, "lockdown --admins", ADMIN_DONE);
	fixture_restart(f, true);
	assert_status(f, "members since 20");
	verb(f, "lockdown", ADMIN_DONE);
	fixture_restart(f, false);
	assert_status(f, "strangers since 20");
	verb(f, "lockdown --off", ADMIN_DONE);
	fixture_restart(f, false);
	assert_status(f, "off");
}

static void what_is_so_already_is_not_done_again(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "standard-replies");

	verb(f, "lockdown --off", ADMIN_DONE);
	verb(f, "lockdown", ADMIN_DONE);
	expect(ann, "server NOTE * LOCKDOWN strangers :*");
	verb(f, "lockdown", ADMIN_DONE);
	expect_none(ann);
	verb(f, "lockdown --off --drop", ADMIN_USAGE);
	verb(f, "lockdown --off --admins", ADMIN_USAGE);
	assert_status(f, "strangers since");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_is_in_hears_of_it_and_stays),
		HUB_TEST(no_account_is_made),
		HUB_TEST(a_password_lets_in_only_from_where_it_did),
		HUB_TEST(a_token_lets_in_from_anywhere),
		HUB_TEST(only_administrators_get_in_and_the_others_hear_why),
		HUB_TEST(a_drop_ends_all_but_administrators),
		HUB_TEST(it_outlasts_the_server),
		HUB_TEST(what_is_so_already_is_not_done_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
