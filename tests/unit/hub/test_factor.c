// SPDX-License-Identifier: MIT
// A login by password wants a code, too (factor.h, second_step.h).
#include "server/hub/hub.h"
#include "server/hub/people/factor.h"
#include "tests/unit/hub/totp_peer.h"

#define USE_TOKEN "server 904 * :*use an app token in the password's place"
#define TOLD "server NOTICE ann :Somebody at * gave your password, and no right*"

// Proves A14.
static void a_login_by_password_wants_a_code(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, app_next(&app));
	in(p);
	peer_skip(p);
	peer_send(p, "CERT TOKEN ADD"); // the two steps are a proof
	expect_later(p, "server CERT TOKEN ADD * * *");
	fixture_restart(f, true);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, app_next(&app));
	in(p);
}

static void without_the_code_nobody_is_in(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p = at_login(f, true, FIXTURE_PASSWORD);

	expect(p, REQUIRED);
	peer_send(p, "CAP END");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*");
	peer_send(p, "PRIVMSG ann :hello");
	expect(p, "server 451 * :*");
	peer_send(p, "AUTHENTICATE TOTP"); // it is over
	expect(p, "server 904 * :*");
	expect_later(desk, TOLD);
	p = fixture_open(f);
	peer_send(p, "CAP REQ :sasl draft/account-2fa");
	peer_skip(p);
	peer_send(p, "AUTHENTICATE TOTP"); // without a first step
	expect(p, "server 904 * :*");
}

// Proves B36.
static void a_code_is_good_once_also_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;
	char code[TOTP_DIGITS + 1];

	(void)enrolled(f, &app);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	strcpy(code, app_next(&app));
	second(p, code);
	in(p);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, code);
	expect(p, "server 904 * :*");
	fixture_restart(f, true);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, code);
	expect(p, "server 904 * :*");
	second(p, app_code(&app, -1)); // an older one neither
	expect(p, "server 904 * :*");
	second(p, app_next(&app));
	in(p);
}

static void the_used_step_is_stored_before_the_yes(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	fixture_disk_holds(f);
	second(p, app_next(&app));
	expect_none(p);
	fixture_disk_works(f);
	fixture_settle(f);
	in(p);
}

static void wrong_codes_end_it_and_count(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p = at_login(f, true, FIXTURE_PASSWORD);

	expect(p, REQUIRED);
	for (int i = 0; i < 3; i++) {
		second(p, app_code(&app, 7));
		expect(p, "server 904 * :*");
	}
	peer_send(p, "AUTHENTICATE TOTP");
	expect(p, "server 904 * :*");
	expect_later(desk, TOLD);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, "nonsense");
	expect(p, "server 904 * :*");
}

// Proves A21.
static void a_recovery_code_stands_in_once(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p;

	for (int i = 0; i < 2; i++) {
		p = at_login(f, true, FIXTURE_PASSWORD);
		expect(p, REQUIRED);
		second(p, fixture_var(f, "r3"));
		expect_later(p, i ? "server 904 * :*" : IN);
	}
	peer_send(desk, "2FA LIST");
	expect_later(desk,
		     "server NOTE 2FA CREDENTIAL $factor totp phone * :Enabled; 7 recovery*");
	peer_send(desk, "2FA RECOVERY");
	expect(desk, "server NOTE 2FA RECOVERY_CODES $s1 * * * * * * * :*");
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, fixture_var(f, "r4"));
	expect(p, "server 904 * :*");
	second(p, fixture_var(f, "s1"));
	in(p);
}

// What a client that cannot be asked hears of a right password is what it hears of a wrong one.
static void who_cannot_be_asked_learns_nothing(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p;

	p = at_login(f, false, "not-the-password");
	expect(p, USE_TOKEN);
	expect_none(p);
	peer_skip(desk);
	expect_none(desk);
	p = at_login(f, false, FIXTURE_PASSWORD);
	expect(p, USE_TOKEN);
	expect_none(p);
	expect(desk, TOLD);
	for (int i = 0; i < 2; i++) {
		p = fixture_open(f);
		peer_send(p, "CAP REQ standard-replies");
		peer_skip(p);
		first_step(p, i ? FIXTURE_PASSWORD : "not-the-password");
		expect(p, "server FAIL AUTHENTICATE USE_APP_TOKEN :*");
		expect(p, USE_TOKEN);
		p = fixture_open(f);
		peer_send(p, "PASS :ann:%s", i ? FIXTURE_PASSWORD : "not-the-password");
		peer_send(p, "NICK ann");
		peer_send(p, "USER u 0 * :u");
		fixture_settle(f);
		expect(p, "server 464 * :*");
		expect(p, "ERROR :*Wrong name or password, or the account wants*");
		assert_true(peer_is_closed(p));
	}
}

static void devices_and_tokens_go_on(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *bot = fixture_open(f);

	peer_send(desk, "CERT TOKEN ADD bot");
	expect_later(desk, "server CERT TOKEN ADD * $token *");
	peer_send(bot, "PASS :%s", fixture_var(f, "token"));
	peer_send(bot, "NICK ann");
	peer_send(bot, "USER u 0 * :u");
	expect_later(bot, "server 001 ann :*");
	(void)by_key(f, 1);
}

static void enrolling_wants_a_proof_and_a_code(void **state)
{
	struct fixture *f = *state;
	struct app app = {.fixture = f};
	struct peer *p = device(f, 1, "desk"), *stranger = fixture_open(f);

	peer_send(stranger, "CAP REQ draft/account-2fa");
	peer_skip(stranger);
	peer_send(stranger, "2FA STATUS");
	expect(stranger, "server FAIL 2FA NOT_AUTHENTICATED :*");
	peer_send(p, "2FA STATUS");
	expect(p, "server 421 ann 2FA :*");
	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	peer_send(p, "2FA CHALLENGE totp");
	expect(p, "server FAIL 2FA STEP_UP_REQUIRED :*");
	peer_send(p, "2FA CHALLENGE external");
	expect(p, "server FAIL 2FA INVALID_TYPE external :*");
	peer_send(p, "2FA ENABLE");
	expect(p, "server FAIL 2FA NO_CREDENTIALS :*");
	peer_send(p, "2FA ADD totp phone 123456");
	expect(p, "server FAIL 2FA NO_CHALLENGE :*");
	peer_send(p, "CERT PROVE " PASSWORD_B64);
	expect(p, "server CERT PROVE * 600");
	peer_send(p, "2FA CHALLENGE totp");
	expect(p, "server NOTE 2FA REGISTRATION_CHALLENGE totp $data :*");
	app_read(&app);
	peer_send(p, "2FA ADD totp phone %s", app_code(&app, 7));
	expect(p, "server FAIL 2FA INVALID_CREDENTIAL_DATA :*");
	peer_send(p, "2FA ADD totp : 123456");
	expect(p, "server FAIL 2FA INVALID_NAME :*");
	peer_send(p, "2FA ADD totp phone %s", app_code(&app, 0));
	expect(p, "server 2FA ADD SUCCESS totp $factor :*");
	peer_send(p, "2FA STATUS");
	expect(p, "server NOTE 2FA DISABLED :*");
	fixture_pass(f, 11 * MINUTE_MS);
	peer_send(p, "2FA ENABLE");
	expect(p, "server FAIL 2FA STEP_UP_REQUIRED :*");
	peer_send(p, "2FA REMOVE %s", fixture_var(f, "factor"));
	expect(p, "server FAIL 2FA STEP_UP_REQUIRED :*");
	peer_send(p, "CERT PROVE " PASSWORD_B64);
	expect(p, "server CERT PROVE * 600");
	peer_send(p, "2FA REMOVE 1");
	expect(p, "server FAIL 2FA UNKNOWN_CREDENTIAL 1 :*");
	peer_send(p, "2FA REMOVE %s", fixture_var(f, "factor"));
	expect(p, "server 2FA REMOVE SUCCESS $factor :*");
	peer_send(p, "2FA LIST");
	expect(p, "server NOTE 2FA NO_CREDENTIALS :*");
	peer_send(p, "2FA NONSENSE");
	expect(p, "server FAIL 2FA INVALID_SUBCOMMAND NONSENSE :*");
}

static void a_secret_that_waits_too_long_is_void(void **state)
{
	struct fixture *f = *state;
	struct app app = {.fixture = f};
	struct peer *p = by_password(f, 1);

	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	peer_send(p, "2FA CHALLENGE totp");
	expect(p, "server NOTE 2FA REGISTRATION_CHALLENGE totp $data :*");
	app_read(&app);
	fixture_pass(f, 10 * MINUTE_MS);
	peer_send(p, "2FA ADD totp phone %s", app_code(&app, 0));
	expect(p, "server FAIL 2FA NO_CHALLENGE :*");
}

static void turning_it_off_wants_a_code(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p;

	peer_send(desk, "CERT PROVE " PASSWORD_B64);
	expect(desk, "server CERT PROVE * 600");
	peer_send(desk, "2FA DISABLE totp");
	expect(desk, "server FAIL 2FA INVALID_CHALLENGE_RESPONSE :*");
	peer_send(desk, "2FA DISABLE totp %s", app_code(&app, 7));
	expect(desk, "server FAIL 2FA INVALID_CHALLENGE_RESPONSE :*");
	peer_send(desk, "2FA REMOVE %s", fixture_var(f, "factor"));
	expect(desk, "server FAIL 2FA REMOVE_LAST_CREDENTIAL :*");
	peer_send(desk, "2FA CHALLENGE totp");
	expect(desk, "server FAIL 2FA ALREADY_ENABLED :*");
	peer_send(desk, "2FA ENABLE");
	expect(desk, "server FAIL 2FA ALREADY_ENABLED :*");
	peer_send(desk, "2FA DISABLE totp %s", app_next(&app));
	expect(desk, "server 2FA DISABLE SUCCESS :*");
	expect(desk, "server NOTICE ann :desk (*) turned off two-factor*");
	peer_skip(desk);
	peer_send(desk, "2FA DISABLE totp 123456");
	expect(desk, "server FAIL 2FA ALREADY_DISABLED :*");
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, IN);
}

static void a_code_proves_as_a_password_does(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app);
	char code[TOTP_DIGITS + 1];

	fixture_pass(f, 11 * MINUTE_MS);
	peer_send(desk, "CERT TOKEN ADD");
	expect(desk, "server FAIL CERT STEP_UP_REQUIRED :*");
	peer_send(desk, "CERT PROVE CODE 12345");
	expect(desk, "server FAIL CERT WRONG_CODE :*");
	strcpy(code, app_code(&app, 0));
	peer_send(desk, "CERT PROVE CODE %s", code);
	expect(desk, "server CERT PROVE * 600");
	peer_send(desk, "CERT PROVE CODE %s", code);
	expect(desk, "server FAIL CERT WRONG_CODE :*");
	peer_send(desk, "PRIVMSG NickServ :PROVE %s", code);
	expect(desk, "NickServ NOTICE ann :The code is wrong*");
	peer_send(desk, "PRIVMSG NickServ :PROVE %s", app_next(&app));
	expect(desk, "NickServ NOTICE ann :Proved: *");
}

// Proves A21.
static void another_key_opens_no_secret(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;
	uint8_t key[HUB_FACTOR_KEY_LEN] = {9};
	struct admin_answer *a;

	(void)enrolled(f, &app);
	assert_int_equal(hub_sealed_factors(f->hub), 0);
	hub_set_factor_key(f->hub, key);
	assert_int_equal(hub_sealed_factors(f->hub), 1);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	second(p, app_next(&app));
	expect(p, "server 904 * :*");
	second(p, fixture_var(f, "r1"));
	in(p);
	a = fixture_verb(f, "user 2fa show ann", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	assert_non_null(memmem(a->words.at, a->words.len, "second-factor.key", 17));
	admin_answer_free(a);
}

// Proves A21.
static void an_administrator_resets_it(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p;

	admin_answer_free(fixture_verb(f, "user 2fa reset ann", NULL));
	expect_later(desk, "server NOTICE ann :An administrator took your second factor away*");
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, IN);
	fixture_restart(f, true);
	p = at_login(f, true, FIXTURE_PASSWORD);
	expect(p, IN);
}

static struct peer *admin(struct fixture *f)
{
	(void)fixture_admin_account(f, "ann");
	return by_password(f, 1);
}

static bool has_rights(struct peer *p)
{
	return peer_session(p)->oper;
}

// Proves A21.
static void it_may_be_demanded_of_administrators(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = fixture_config();
	struct app app;
	struct peer *p;

	config.admin_2fa = true;
	fixture_renew(f, &config);
	p = admin(f);
	assert_false(has_rights(p));
	peer_send(p, "PRIVMSG Snug :user list");
	expect_later(p, "Snug NOTICE ann :*");
	peer_send(p, "OPER ann :" FIXTURE_PASSWORD);
	expect_later(p, "server 491 * :*");
	app_enable(f, &app, p);
	assert_true(has_rights(p));
	peer_send(p, "2FA DISABLE totp %s", app_next(&app));
	expect(p, "server 2FA DISABLE SUCCESS :*");
	assert_false(has_rights(p));
	config.admin_2fa = false;
	hub_configure(f->hub, &config);
	assert_true(has_rights(p));
	config.admin_2fa = true;
	hub_configure(f->hub, &config);
	assert_false(has_rights(p));
}

static void nobody_becomes_one_by_the_password_alone(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p = admin(f), *bob;

	app_enable(f, &app, p);
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "OPER ann :" FIXTURE_PASSWORD);
	expect(bob, "server 491 * :*");
	assert_false(has_rights(bob));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_login_by_password_wants_a_code),
		HUB_TEST(without_the_code_nobody_is_in),
		HUB_TEST(a_code_is_good_once_also_after_a_restart),
		HUB_TEST(the_used_step_is_stored_before_the_yes),
		HUB_TEST(wrong_codes_end_it_and_count),
		HUB_TEST(a_recovery_code_stands_in_once),
		HUB_TEST(who_cannot_be_asked_learns_nothing),
		HUB_TEST(devices_and_tokens_go_on),
		HUB_TEST(enrolling_wants_a_proof_and_a_code),
		HUB_TEST(a_secret_that_waits_too_long_is_void),
		HUB_TEST(turning_it_off_wants_a_code),
		HUB_TEST(a_code_proves_as_a_password_does),
		HUB_TEST(another_key_opens_no_secret),
		HUB_TEST(an_administrator_resets_it),
		HUB_TEST(it_may_be_demanded_of_administrators),
		HUB_TEST(nobody_becomes_one_by_the_password_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
