// SPDX-License-Identifier: MIT
// NickServ, ChanServ and Snug.
#include "tests/support/hub_fixture.h"

#include "common/encode.h"
#include "server/hub/people/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *service, *verb;
} rows[] = {
#define SERVICE_VERB(service, verb, fn, least, usage, text) {service, verb},
#define SERVICE_TEXT(service, verb, usage, text) {service, verb},
#include "server/hub/commands/services.def"
#undef SERVICE_VERB
#undef SERVICE_TEXT
};

static void every_verb_answers_alone_with_words_and_has_help(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	char from[64];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(from, sizeof(from), "%s NOTICE alice :*", rows[i].service);
		peer_send(p, "PRIVMSG %s :%s", rows[i].service, rows[i].verb);
		expect(p, from);
		peer_skip(p);
		peer_send(p, "PRIVMSG %s :HELP %s", rows[i].service, rows[i].verb);
		expect(p, from);
		peer_skip(p);
	}
	peer_send(p, "PRIVMSG nickserv@chat.test :dance");
	expect(p, "NickServ NOTICE alice :I do not know dance: *");
}

static void what_is_said_to_a_service_is_echoed_but_not_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "echo-message draft/chathistory batch");
	struct peer *other = fixture_login(f, "alice@phone", "echo-message");

	peer_send(p, "PRIVMSG NickServ :IDENTIFY geheim");
	expect(p, "alice PRIVMSG NickServ :IDENTIFY geheim");
	expect(p, "NickServ NOTICE alice :Not needed: *");
	expect_none(other);
	peer_skip(p);
	peer_send(p, "NOTICE ChanServ :OP #den");
	expect(p, "alice NOTICE ChanServ :OP #den");
	expect_none(p);
	peer_send(p, "CHATHISTORY LATEST NickServ * 10");
	expect(p, "server FAIL CHATHISTORY INVALID_TARGET LATEST NickServ :*");
}

static void nobody_may_have_the_name_of_a_service(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);
	struct admin_answer *a;

	peer_send(p, "CAP REQ draft/account-registration");
	peer_send(p, "NICK x");
	peer_send(p, "USER x 0 * :x");
	peer_skip(p);
	peer_send(p, "REGISTER nickserv * correcthorsebattery");
	expect(p, "server FAIL REGISTER BAD_ACCOUNT_NAME nickserv :*");
	a = fixture_verb(f, "user add ChanServ --no-password", NULL);
	assert_int_equal(a->code, ADMIN_CONFLICT);
	admin_answer_free(a);
	fixture_account(f, "bob");
	a = fixture_verb(f, "user rename bob snug", NULL);
	assert_int_equal(a->code, ADMIN_CONFLICT);
	admin_answer_free(a);
}

static void a_password_is_changed_by_who_knows_the_old_one(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "alice");
	struct peer *p, *phone;
	char *before;

	p = fixture_login(f, "alice", "");
	phone = fixture_login(f, "alice@phone", "");
	before = span_dup(span_of(a->password));
	peer_send(p, "PRIVMSG NickServ :PASSWD wrong-wrong-wrong a-brand-new-secret");
	expect(p, "NickServ NOTICE alice :The old password is wrong*");
	peer_send(p, "PRIVMSG NickServ :PASSWD correct short");
	expect(p, "NickServ NOTICE alice :The password is shorter*");
	peer_send(p, "PRIVMSG NickServ :PASSWD snug_1_aaaaaaaaaaaaaaaaaaaaaaaaaaa "
		     "a-brand-new-secret");
	expect(p, "NickServ NOTICE alice :Only who knows the password*");
	assert_string_equal(a->password, before);
	assert_false(peer_is_closed(phone));
	free(before);
}

static void passwd(struct peer *p, const char *old, const char *fresh)
{
	struct buf line = {0};

	buf_add_str(&line, "PASSWD ");
	encode_b64(&line, old, strlen(old));
	buf_add_char(&line, ' ');
	encode_b64(&line, fresh, strlen(fresh));
	peer_send(p, "%s", buf_str(&line));
	buf_clear(&line);
}

static void passwd_takes_passwords_with_blanks(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "alice");
	struct peer *p = fixture_login(f, "alice", ""), *phone;
	char *before = span_dup(span_of(a->password));

	phone = fixture_login(f, "alice@phone", "");
	fixture_disk_holds(f);
	passwd(p, FIXTURE_PASSWORD, "seven wet otters");
	expect_none(p);
	fixture_commit(f);
	expect(p, "server PASSWD *");
	fixture_disk_works(f);
	assert_true(peer_is_closed(phone));
	assert_string_not_equal(a->password, before);
	passwd(p, FIXTURE_PASSWORD, "another wet otter");
	expect(p, "server FAIL PASSWD WRONG_PASSWORD :The old password is wrong");
	passwd(p, "seven wet otters", "another wet otter");
	expect(p, "server PASSWD *");
	free(before);
}

static void passwd_refuses_in_words_and_changes_nothing(void **state)
{
	static const char *const bad[] = {"x! YWJj",
					  "YWJj x!",
					  "YWJj YWJ",
					  "YQBi c2V2ZW4gd2V0IG90dGVycw==",
					  "YWJj c2V2ZW4gd2V0AG90dGVycw==",
					  "YWJj c2V2ZW4gd2V0Cm90dGVycw==",
					  "YWJj :"};
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "alice");
	struct peer *p = fixture_login(f, "alice", "batch labeled-response"),
		    *out = fixture_open(f);
	char *before = span_dup(span_of(a->password));

	passwd(out, FIXTURE_PASSWORD, "seven wet otters");
	expect(out, "server 451 * :*");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		peer_send(p, "PASSWD %s", bad[i]);
		expect(p, "server FAIL PASSWD INVALID_PARAMS :Use PASSWD OLD NEW*");
	}
	passwd(p, "correct horse", "seven wet otters");
	expect(p, "server FAIL PASSWD WRONG_PASSWORD :The old password is wrong");
	passwd(p, FIXTURE_PASSWORD, "wet otter");
	expect(p, "server FAIL PASSWD WEAK_PASSWORD :The password is shorter*");
	passwd(p, "snug_1_aaaaaaaaaaaaaaaaaaaaaaaaaaa", "seven wet otters");
	expect(p, "server FAIL PASSWD WRONG_PASSWORD :Only who knows the password*");
	fixture_disk_is(f, DISK_FULL);
	passwd(p, FIXTURE_PASSWORD, "seven wet otters");
	expect(p, "server FAIL PASSWD TEMPORARILY_UNAVAILABLE :*");
	expect_none(p);
	assert_string_equal(a->password, before);
	free(before);
}

// Proves A9.
static void an_administrator_takes_no_password_that_is_made_of_a_name(void **state)
{
	struct fixture *f = *state;
	struct peer *boss, *p = fixture_login(f, "margaret", "");

	(void)fixture_admin_account(f, "boss");
	boss = fixture_login(f, "boss", "");
	passwd(boss, FIXTURE_PASSWORD, "boss-otter-boss");
	expect(boss, "server FAIL PASSWD WEAK_PASSWORD :*without the account's name");
	passwd(boss, FIXTURE_PASSWORD, "seven wet otters");
	expect_later(boss, "server PASSWD *");
	passwd(p, FIXTURE_PASSWORD, "margaret-otter");
	expect_later(p, "server PASSWD *");
}

// Proves B19.
static void passwd_is_throttled_like_a_login(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	p = fixture_login(f, "alice", "");
	// Where the account is known, only what is wrong for itself counts.
	for (int i = 0; i < 5; i++)
		passwd(p, "not the old one", "seven wet otters");
	peer_skip(p);
	passwd(p, FIXTURE_PASSWORD, "seven wet otters");
	expect(p, "server FAIL PASSWD TEMPORARILY_UNAVAILABLE :Too many attempts*");
	fixture_pass(f, 60 * 1000);
	peer_skip(p);
	passwd(p, FIXTURE_PASSWORD, "seven wet otters");
	expect(p, "server PASSWD *");
}

static void the_other_connections_end_with_the_old_password(void **state)
{
	struct fixture *f = *state;
	struct account *a = fixture_account(f, "alice");
	struct peer *p = fixture_login(f, "alice", ""), *phone;
	struct admin_answer *answer = fixture_verb(f, "user passwd alice", "an-old-one-here");
	char *before = span_dup(span_of(a->password));

	admin_answer_free(answer);
	assert_true(peer_is_closed(p));
	p = fixture_open(f);
	peer_send(p, "PASS alice:an-old-one-here");
	peer_send(p, "NICK alice");
	peer_send(p, "USER alice 0 * :x");
	phone = fixture_open(f);
	peer_send(phone, "PASS alice:an-old-one-here");
	peer_send(phone, "NICK alice");
	peer_send(phone, "USER alice 0 * :x");
	expect_later(phone, "server 001 alice :*");
	peer_skip(p);
	peer_send(p, "PRIVMSG NickServ :SET PASSWORD an-old-one-here a-brand-new-secret");
	expect(p, "NickServ NOTICE alice :Your password is changed*");
	assert_true(peer_is_closed(phone));
	assert_false(peer_is_closed(p));
	assert_string_not_equal(a->password, before);
	free(before);
}

static void certificates_are_added_listed_and_deleted(void **state)
{
	struct fixture *f = *state;
	const struct inbox_opened opened = {
		.host = SPAN("192.0.2.7"), .source = 7, .has_pin = true, .pin = {1, 2, 3}};
	struct peer *p = fixture_open_as(f, &opened), *bare;

	fixture_account(f, "alice");
	peer_send(p, "PASS :alice:" FIXTURE_PASSWORD);
	peer_send(p, "NICK alice");
	peer_send(p, "USER alice 0 * :x");
	peer_skip(p);
	peer_send(p, "PRIVMSG NickServ :CERT ADD laptop");
	expect(p, "NickServ NOTICE alice :Certificate * (laptop) may log in: *");
	peer_send(p, "PRIVMSG NickServ :CERT LIST");
	expect(p, "NickServ NOTICE alice :*  laptop  last used: never");
	expect(p, "NickServ NOTICE alice :certificates: 1");
	peer_send(p, "PRIVMSG NickServ :CERT DEL laptop");
	expect(p,
	       "NickServ NOTICE alice :This very connection came by it: CERT DEL * CONFIRM*");
	peer_send(p, "PRIVMSG NickServ :CERT DEL laptop CONFIRM");
	expect(p,
	       "NickServ NOTICE alice :Revoked: certificate * (laptop), added *, last used never");
	peer_send(p, "PRIVMSG NickServ :CERT DEL laptop");
	expect(p, "NickServ NOTICE alice :You have no certificate*");
	bare = fixture_login(f, "bob", "");
	peer_send(bare, "PRIVMSG NickServ :CERT ADD");
	expect(bare, "NickServ NOTICE bob :Your client shows no certificate*");
}

static void info_tells_of_oneself_more_than_of_others(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");

	fixture_account(f, "bob");
	peer_send(p, "PRIVMSG NickServ :INFO");
	expect(p, "NickServ NOTICE alice :alice: an account since *");
	expect(p, "NickServ NOTICE alice :certificates: 0, app tokens: 0, connections now: 1");
	expect(p, "NickServ NOTICE alice :password: yes, rooms: 0");
	peer_send(p, "PRIVMSG NickServ :INFO bob");
	expect(p, "NickServ NOTICE alice :bob: an account since *");
	expect_none(p);
	peer_send(p, "PRIVMSG NickServ :INFO nobody");
	expect(p, "NickServ NOTICE alice :There is no account nobody");
}

static void chanserv_does_what_its_user_may_do(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG ChanServ :OP #den");
	expect(bob, "server 482 bob #den :*");
	peer_send(alice, "PRIVMSG ChanServ :OP #den bob");
	expect(bob, "alice MODE #den +o bob");
	peer_skip(alice);
	peer_send(alice, "PRIVMSG ChanServ :ACCESS #den LIST");
	expect_later(alice, "ChanServ NOTICE alice :moderator bob");
	expect(alice, "ChanServ NOTICE alice :End of the roles in #den");
	peer_send(alice, "PRIVMSG ChanServ :ACCESS #den DEL bob");
	expect(bob, "alice MODE #den -o bob");
	peer_send(alice, "PRIVMSG ChanServ :ACCESS #den ADD bob voice");
	expect(bob, "alice MODE #den +v bob");
	peer_send(alice, "PRIVMSG ChanServ :TOPIC #den cake at three");
	expect(bob, "alice TOPIC #den :cake at three");
	peer_send(alice, "PRIVMSG ChanServ :BAN #den bob");
	expect(bob, "alice MODE #den +b *");
	peer_send(alice, "PRIVMSG ChanServ :KICK #den bob");
	expect(bob, "alice KICK #den bob *");
}

static void chanserv_knows_no_hidden_room(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ""), *eve = fixture_login(f, "eve", "");

	peer_join(alice, "#hidden");
	peer_send(alice, "MODE #hidden +s");
	peer_send(alice, "PRIVMSG ChanServ :INFO #hidden");
	expect_later(alice, "ChanServ NOTICE alice :#hidden: 1 members, *");
	peer_send(eve, "PRIVMSG ChanServ :INFO #hidden");
	expect(eve, "ChanServ NOTICE eve :There is no room #hidden");
	peer_send(eve, "PRIVMSG ChanServ :ACCESS #hidden LIST");
	expect(eve, "ChanServ NOTICE eve :There is no room #hidden");
	peer_send(eve, "PRIVMSG ChanServ :OP #hidden");
	expect(eve, "server 403 eve #hidden :*");
}

static void snug_obeys_administrators_only(void **state)
{
	struct fixture *f = *state;
	struct peer *root, *alice;

	fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "");
	alice = fixture_login(f, "alice", "");
	peer_send(alice, "PRIVMSG Snug :user list");
	expect(alice, "Snug NOTICE alice :I take orders from administrators only*");
	expect_none(alice);
	peer_send(root, "PRIVMSG Snug :user list");
	expect(root, "Snug NOTICE root :name alice  role user *");
	expect_later(root, "Snug NOTICE root :2 accounts");
	// The files are looked at by the server, before the hub hears of it.
	peer_send(root, "PRIVMSG Snug :tls take");
	expect_later(root, "Snug NOTICE root :that is asked by the command line*");
	peer_send(root, "PRIVMSG Snug :user add bob --generate");
	expect_later(root, "Snug NOTICE root :made the account bob");
	peer_send(root, "PRIVMSG Snug :user kick alice --reason \"too much cake\"");
	expect_later(root, "Snug NOTICE root :ended 1 sessions of alice");
	expect(alice, "ERROR :*too much cake*");
	peer_send(root, "PRIVMSG Snug :user kick alice nobody");
	expect(root, "Snug NOTICE root :act alice  changed no  code 0 *");
	expect(root, "Snug NOTICE root :act nobody  changed no  code 3 *no account nobody");
	expect(root, "Snug NOTICE root :1 of 2 done; nobody: there is no account nobody");
	// A word too many is told, however many there are.
	peer_send(root, "PRIVMSG Snug :user show alice bob");
	expect(root, "Snug NOTICE root :surplus word \"bob\"*; usage: user show NAME");
	peer_send(root,
		  "PRIVMSG Snug :server announce a b c d e f g h i j k l m n o p q r s t u v w "
		  "x y z a b c d e f g h i j");
	expect(root, "server NOTICE root :a b c d *w x y z a b c d e f g h i j");
	expect_later(root, "Snug NOTICE root :told 1 sessions");
	peer_send(root, "PRIVMSG Snug :room frobnicate");
	expect(root, "Snug NOTICE root :no such verb");
	peer_send(root, "PRIVMSG Snug :help user");
	expect(root, "Snug NOTICE root :user 2fa reset *");
	expect(root, "Snug NOTICE root :user 2fa show *");
	expect(root, "Snug NOTICE root :user add *");
}

static void an_administrator_may_end_its_own_session(void **state)
{
	struct fixture *f = *state;
	struct peer *root;

	fixture_admin_account(f, "root");
	root = fixture_login(f, "root", "");
	peer_send(root, "PRIVMSG Snug :user kick root");
	assert_true(peer_is_closed(root));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(every_verb_answers_alone_with_words_and_has_help),
		HUB_TEST(what_is_said_to_a_service_is_echoed_but_not_stored),
		HUB_TEST(nobody_may_have_the_name_of_a_service),
		HUB_TEST(a_password_is_changed_by_who_knows_the_old_one),
		HUB_TEST(passwd_takes_passwords_with_blanks),
		HUB_TEST(passwd_refuses_in_words_and_changes_nothing),
		HUB_TEST(an_administrator_takes_no_password_that_is_made_of_a_name),
		HUB_TEST(passwd_is_throttled_like_a_login),
		HUB_TEST(the_other_connections_end_with_the_old_password),
		HUB_TEST(certificates_are_added_listed_and_deleted),
		HUB_TEST(info_tells_of_oneself_more_than_of_others),
		HUB_TEST(chanserv_does_what_its_user_may_do),
		HUB_TEST(chanserv_knows_no_hidden_room),
		HUB_TEST(snug_obeys_administrators_only),
		HUB_TEST(an_administrator_may_end_its_own_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
