// SPDX-License-Identifier: MIT
// Who logged in from where: what is kept of it, what the log says, who is told.
#include "server/hub/people/credential.h"
#include "server/hub/people/signin.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct peer *opens_at(struct fixture *f, const char *host)
{
	struct inbox_opened facts = {.host = span_of(host), .source = 1};

	return fixture_open_as(f, &facts);
}

// By PASS: in, or not.
static struct peer *tries(struct fixture *f, const char *host, const char *name,
			  const char *secret)
{
	struct peer *p = opens_at(f, host);

	peer_send(p, "CAP REQ :snug.chat/devices");
	peer_send(p, "PASS :%s:%s", name, secret);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	peer_send(p, "CAP END");
	return p;
}

static struct peer *enters(struct fixture *f, const char *host)
{
	struct peer *p = tries(f, host, "ann@desk", FIXTURE_PASSWORD);

	expect_later(p, "server 001 ann :*");
	peer_skip(p);
	return p;
}

static void fails(struct fixture *f, const char *host, const char *name, const char *secret)
{
	expect_later(tries(f, host, name, secret), "server 464 * :*");
}

// Rows of ann, "TIMES in|failed WAY SOURCE DEVICE" each, newest last.
static void expect_rows(struct fixture *f, const char *wanted)
{
	const struct account *a = fixture_account(f, "ann");
	struct buf out = {0};

	list_for_each(item, &a->signins) {
		const struct signin *i = container_of(item, struct signin, in_account);

		buf_printf(&out, "%lld %s %s %s %s\n", (long long)i->times,
			   i->failed ? "failed" : "in", signin_way(i->way), i->source,
			   i->device);
	}
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void what_is_alike_is_one_row(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_TEXT_MAX + 1];

	(void)token_new(fixture_account(f, "ann"), SPAN("bot"), 0, token);
	peer_close(enters(f, "192.0.2.1"));
	peer_close(enters(f, "192.0.2.1"));
	fails(f, "192.0.2.1", "ann", "wrong-wrong-wrong");
	peer_close(enters(f, "192.0.2.2"));
	peer_close(tries(f, "192.0.2.1", "ann", token));
	expect_rows(f, "2 in password 192.0.2.1 desk\n1 failed password 192.0.2.1 \n"
		       "1 in password 192.0.2.2 desk\n1 in token 192.0.2.1 bot\n");
	fixture_restart(f, true);
	expect_rows(f, "2 in password 192.0.2.1 desk\n1 failed password 192.0.2.1 \n"
		       "1 in password 192.0.2.2 desk\n1 in token 192.0.2.1 bot\n");
}

static void rows_have_a_bound_and_an_end(void **state)
{
	struct fixture *f = *state;
	const struct account *a = fixture_account(f, "ann");
	char host[20];
	size_t n = 0;

	for (int i = 1; i <= SIGNINS_KEPT + 5; i++) {
		snprintf(host, sizeof(host), "192.0.2.%d", i);
		peer_close(enters(f, host));
	}
	fails(f, "198.51.100.1", "ann", "wrong-wrong-wrong");
	list_for_each(item, &a->signins)
		n++;
	assert_int_equal(n, SIGNINS_KEPT + 1);
	fixture_pass(f, SIGNIN_KEEP_MS - DAY_MS);
	assert_false(list_is_empty(&a->signins));
	fixture_pass(f, 2 * DAY_MS);
	assert_true(list_is_empty(&a->signins));
	fixture_restart(f, false);
	expect_rows(f, "");
}

static void ones_own_are_shown_and_in_the_verb(void **state)
{
	struct fixture *f = *state;
	struct admin_answer *a;
	struct peer *p;

	(void)fixture_account(f, "ann");
	fails(f, "::1", "ann", "wrong-wrong-wrong");
	p = enters(f, "192.0.2.1");
	peer_send(p, "CERT LOGINS");
	expect(p, "server CERT LOGINS 2026-* 2026-* 1 FAILED password 0::1 :");
	expect(p, "server CERT LOGINS 2026-* 2026-* 1 IN password 192.0.2.1 desk");
	expect(p, "server CERT LOGINS *");
	a = fixture_verb(f, "session log ann", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	assert_int_equal(a->n_rows, 2);
	assert_true(span_eq(a->cells[5].text, SPAN("::1")));
	admin_answer_free(a);
	a = fixture_verb(f, "session log nobody", NULL);
	assert_int_equal(a->code, ADMIN_NOT_FOUND);
	admin_answer_free(a);
}

// Proves A20.
static void a_strange_place_is_told_to_the_others_once(void **state)
{
	struct fixture *f = *state;
	struct peer *desk, *thief;

	(void)fixture_account(f, "ann");
	desk = enters(f, "192.0.2.1"); // the first that there is: nothing is strange
	expect_none(desk);
	thief = enters(f, "198.51.100.1");
	expect(desk, "server NOTE CERT NEW_LOGIN password :*by password, from 198.51.100.1 "
		     "(desk), where you never were*");
	expect(desk, "server NOTICE ann :Somebody logged in as you*");
	expect(desk, "server PING :slip-*");
	expect_none(thief);
	peer_close(enters(f, "198.51.100.1"));
	expect_none(desk);
}

// Who comes from there is told what is kept, and takes it away, or not.
static void expect_taken(struct fixture *f, const char *host, bool is_taken)
{
	struct peer *p = tries(f, host, "ann", FIXTURE_PASSWORD);

	expect_later(p, "server NOTICE ann :Somebody logged in as you*198.51.100.1*");
	peer_send(p, "PONG :slip-9223372036854775807");
	assert_int_equal(fixture_account(f, "ann")->n_slips, is_taken ? 0 : 1);
	peer_close(p);
}

// Nobody is here to be told: who comes next is, and the thief cannot take it away, not by
// waiting for a restart either.
static void nobody_from_there_takes_the_news_away(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	peer_close(enters(f, "192.0.2.1"));
	peer_close(enters(f, "198.51.100.1"));
	for (int i = 0; i < 2; i++) {
		expect_taken(f, "198.51.100.1", false);
		fixture_restart(f, true);
	}
	expect_taken(f, "192.0.2.1", true);
	fixture_restart(f, true);
	assert_int_equal(fixture_account(f, "ann")->n_slips, 0);
}

static void a_key_that_was_never_used_is_told(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = device(f, 1, "desk"), *fresh = by_password(f, 2);

	peer_skip(desk);
	peer_send(fresh, "CERT ADD phone");
	expect_later(fresh, "server CERT ADD * * *");
	peer_close(fresh);
	peer_skip(desk);
	peer_close(by_key(f, 2));
	expect(desk, "server NOTE CERT NEW_LOGIN certificate :*(phone)*");
	peer_skip(desk);
	peer_close(by_key(f, 2));
	expect_none(desk);
}

static void expect_log(struct fixture *f, const char *wanted)
{
	struct buf *log = fixture_signins(f);

	assert_string_equal(buf_str(log), wanted);
	buf_reset(log);
}

// Proves A20.
// Proves A20.
static void another_device_hears_of_a_new_one_by_every_way_in(void **state)
{
	static const char *const ways[] = {"CERT ADD laptop", "CLIENTCERT CREATE laptop",
					   "PRIVMSG NickServ :CERT ADD laptop"};
	struct fixture *f = *state;
	struct peer *old = device(f, 1, "desk");

	for (int i = 0; i < (int)ARRAY_LEN(ways); i++) {
		struct peer *fresh = by_password(f, 2 + i);

		peer_send(fresh, "CAP REQ soju.im/client-cert");
		fixture_skip(f);
		buf_reset(fixture_signins(f));
		peer_send(fresh, "%s", ways[i]);
		expect(old, "server NOTE CERT DEVICE_ADDED * :A login (192.0.2.7) let in a*");
		expect(old, "server NOTICE ann :A login (192.0.2.7) let in a new device of "
			    "yours, laptop*CERT DEL laptop*");
		assert_non_null(strstr(buf_str(fixture_signins(f)), "device_added"));
		peer_close(fresh);
	}
}

static void the_first_device_has_nobody_to_be_told(void **state)
{
	struct fixture *f = *state;
	struct peer *first = by_password(f, 1);

	peer_send(first, "CERT ADD laptop");
	expect(first, "server CERT ADD * * :laptop");
	expect_none(first);
	assert_true(list_is_empty(&fixture_account(f, "ann")->slips));
}

// Proves A20.
static void what_an_administrator_lets_in_is_told_and_logged(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	p = device(f, 1, "desk");
	buf_reset(fixture_signins(f));
	admin_answer_free(fixture_verb(f, "user token add ann --label bot", NULL));
	expect(p, "server NOTE CERT DEVICE_ADDED * :An administrator (shell) made an app token "
		  "bot that lets in as you.*CERT TOKEN DEL bot*");
	expect(p, "server NOTICE ann :An administrator (shell) made an app token bot*");
	assert_non_null(strstr(buf_str(fixture_signins(f)), "device_added"));
	peer_close(p);
	fixture_restart(f, false);
	admin_answer_free(fixture_verb(f,
				       "user cert add ann "
				       "0000000000000000000000000000000000000000000 "
				       "--label lap",
				       NULL));
	// Nobody was here: who comes next is told.
	p = shows(f, 1);
	peer_send(p, "CAP REQ :sasl snug.chat/devices");
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	peer_send(p, "AUTHENTICATE EXTERNAL");
	peer_send(p, "AUTHENTICATE +");
	peer_send(p, "CAP END");
	expect_later(p, "server NOTICE ann :An administrator (shell) made a certificate lap*");
}

// Nobody could be in as it yet.
static void a_bots_first_token_is_told_to_nobody(void **state)
{
	struct fixture *f = *state;

	admin_answer_free(fixture_verb(f, "user add bot --no-password", NULL));
	admin_answer_free(fixture_verb(f, "user token add bot", NULL));
	assert_true(list_is_empty(&account_find(f->hub, SPAN("bot"))->slips));
	admin_answer_free(fixture_verb(f, "user token add bot", NULL));
	assert_false(list_is_empty(&account_find(f->hub, SPAN("bot"))->slips));
}

static void the_log_has_no_name_that_nobody_has(void **state)
{
	struct fixture *f = *state;
	char token[TOKEN_TEXT_MAX + 1];

	(void)token_new(fixture_account(f, "ann"), SPAN("bot"), 0, token);
	buf_reset(fixture_signins(f));
	fails(f, "192.0.2.1", "hunter2", "wrong-wrong-wrong");
	expect_log(f, "login_failed 192.0.2.1 ? password wrong \n");
	fails(f, "192.0.2.1", "Ann@x", "wrong-wrong-wrong");
	expect_log(f, "login_failed 192.0.2.1 ann password wrong x\n");
	fails(f, "192.0.2.1", "ann", "snug_1_AAAAAAAAAAAAAAAAAAAAAAAAAAA");
	expect_log(f, "login_failed 192.0.2.1 ann token wrong \n");
	peer_close(enters(f, "192.0.2.1"));
	expect_log(f, "login 192.0.2.1 ann password desk\n");
}

static void of_one_source_so_many_lines_are_said_and_the_rest_counted(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	for (int i = 0; i < SIGNINS_LOGGED + 7; i++)
		peer_close(enters(f, "192.0.2.1"));
	buf_reset(fixture_signins(f));
	peer_close(enters(f, "192.0.2.2"));
	expect_log(f, "login 192.0.2.2 ann password desk\n");
	fixture_pass(f, 2 * MINUTE_MS);
	expect_log(f, "logins_left_out 192.0.2.1 7\n");
	peer_close(enters(f, "192.0.2.1"));
	expect_log(f, "login 192.0.2.1 ann password desk\n");
}

static void a_hundred_guesses_lock_and_are_said(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	char host[20];

	config.logins_per_source = 10;
	fixture_renew(f, &config);
	(void)fixture_account(f, "ann");
	for (int i = 0; i < 100; i++) {
		snprintf(host, sizeof(host), "192.0.2.%d", i + 1);
		buf_reset(fixture_signins(f));
		fixture_pass(f, LOGIN_WAIT_MAX_MS + MINUTE_MS);
		fails(f, host, "ann", "wrong-wrong-wrong");
	}
	expect_log(f, "login_failed 192.0.2.100 ann password wrong \n"
		      "locked 192.0.2.100 ann password \n");
}

// Whoever guesses waits as long for a name that somebody has as for one that nobody has.
static void a_failure_is_answered_before_it_is_kept(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"ann", "nobody"};

	(void)fixture_account(f, "ann");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		entry_no before;
		struct peer *p;

		fixture_disk_holds(f);
		before = f->hub->head;
		p = tries(f, "192.0.2.1", names[i], "wrong-wrong-wrong");
		expect_later(p, "server 464 * :*");
		assert_int_equal(f->hub->head - before, 1);
		fixture_disk_works(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_is_alike_is_one_row),
		HUB_TEST(rows_have_a_bound_and_an_end),
		HUB_TEST(ones_own_are_shown_and_in_the_verb),
		HUB_TEST(a_strange_place_is_told_to_the_others_once),
		HUB_TEST(nobody_from_there_takes_the_news_away),
		HUB_TEST(a_key_that_was_never_used_is_told),
		HUB_TEST(another_device_hears_of_a_new_one_by_every_way_in),
		HUB_TEST(the_first_device_has_nobody_to_be_told),
		HUB_TEST(what_an_administrator_lets_in_is_told_and_logged),
		HUB_TEST(a_bots_first_token_is_told_to_nobody),
		HUB_TEST(the_log_has_no_name_that_nobody_has),
		HUB_TEST(of_one_source_so_many_lines_are_said_and_the_rest_counted),
		HUB_TEST(a_hundred_guesses_lock_and_are_said),
		HUB_TEST(a_failure_is_answered_before_it_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
