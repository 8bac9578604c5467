// SPDX-License-Identifier: MIT
// Who guesses at an account with a second factor, and who does not.
#include "server/hub/door/login.h"
#include "tests/unit/hub/totp_peer.h"

static bool is_said(struct fixture *f, const char *what)
{
	return strstr(buf_str(fixture_signins(f)), what);
}

// Who leaves before the answer guesses as well as who waits for it.
static void who_leaves_is_counted_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct app app;

	(void)enrolled(f, &app);
	fixture_hold_hashes(f, true);
	peer_close(at_login(f, true, "not-the-password"));
	buf_reset(fixture_signins(f));
	fixture_hold_hashes(f, false);
	assert_true(is_said(f, "ann password wrong"));
	expect(at_login(f, true, "not-the-password"), "server 904 * :*");
	fixture_hold_hashes(f, true);
	peer_close(at_login(f, true, FIXTURE_PASSWORD));
	buf_reset(fixture_signins(f));
	fixture_hold_hashes(f, false);
	assert_true(is_said(f, "ann password code"));
}

// ... but who is in, gives a right password and leaves did not fail to get in.
static void who_proves_and_leaves_did_not_guess(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct hub_config config = fixture_config();
	struct peer *peers[10];

	config.logins_per_source = 1000;
	config.n_hashers = ARRAY_LEN(peers); // what is at work goes on
	fixture_renew(f, &config);
	(void)enrolled(f, &app);
	for (size_t i = 0; i < ARRAY_LEN(peers); i++)
		peers[i] = by_key(f, 1);
	buf_reset(fixture_signins(f));
	fixture_hold_hashes(f, true);
	for (size_t i = 1; i < ARRAY_LEN(peers); i++) {
		peer_send(peers[i], "CERT PROVE " PASSWORD_B64);
		peer_close(peers[i]);
	}
	fixture_hold_hashes(f, false);
	assert_false(is_said(f, "failed"));
	peer_send(peers[0], "CERT PROVE " PASSWORD_B64);
	expect(peers[0], "server CERT PROVE * 600");
}

static struct peer *elsewhere(struct fixture *f, const char *password)
{
	const struct inbox_opened there = {.host = SPAN("198.51.100.9"), .source = 9};
	struct peer *p = fixture_open_as(f, &there);

	peer_send(p, "CAP REQ draft/account-2fa");
	first_step(p, password);
	return p;
}

static void codes_wait_for_guessers_as_passwords_do(void **state)
{
	struct fixture *f = *state;
	struct hub_config config = fixture_config();
	struct app app;
	struct peer *p;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	(void)enrolled(f, &app);
	fixture_pass(f, MINUTE_MS);
	p = elsewhere(f, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	for (int i = 0; i < 3; i++)
		peer_close(elsewhere(f, "not-the-password"));
	second(p, app_code(&app, 0));
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, "server 904 * :*");
	assert_int_equal(peer_session(p)->login->half_tries, 0); // it was not looked at
	fixture_pass(f, MINUTE_MS);
	second(p, app_next(&app));
	in(p);
}

// The account is gone before the second step: there is nobody to count it for.
static void nobody_is_guessed_at_who_is_gone(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = elsewhere(f, FIXTURE_PASSWORD);
	expect(p, REQUIRED);
	admin_answer_free(fixture_verb(f, "user delete ann --confirm ann", NULL));
	assert_null(account_find(f->hub, SPAN("ann")));
	buf_reset(fixture_signins(f));
	peer_close(p);
	assert_false(is_said(f, "failed"));
}

static struct peer *is_half_in(struct fixture *f)
{
	struct peer *p = elsewhere(f, FIXTURE_PASSWORD);

	expect(p, REQUIRED);
	return p;
}

// ... and nobody to give a code for.
static void no_code_is_right_of_who_is_gone(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = is_half_in(f);
	admin_answer_free(fixture_verb(f, "user delete ann --confirm ann", NULL));
	f->hub->n_factors++; // of somebody else
	second(p, app_next(&app));
	expect(p, "server 904 * :*");
	f->hub->n_factors--;
}

static void a_factor_may_go_before_its_code_comes(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = is_half_in(f);
	admin_answer_free(fixture_verb(f, "user 2fa reset ann", NULL));
	assert_null(account_find(f->hub, SPAN("ann"))->factor);
	f->hub->n_factors++;
	second(p, "000000");
	expect(p, "server 904 * :*");
	f->hub->n_factors--;
}

#define TOLD "server NOTICE ann :Somebody at 198.51.100.9 gave your password*"

// Not with each code, and not where nothing can be written.
static void the_person_is_told_once_a_minute(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *desk = enrolled(f, &app), *p;

	fixture_pass(f, MINUTE_MS);
	p = is_half_in(f);
	peer_skip(desk);
	fixture_disk_is(f, DISK_LOW);
	second(p, "000000");
	expect(p, "server 904 * :*");
	expect_none(desk);
	fixture_disk_is(f, DISK_FINE);
	second(p, "000001");
	expect(p, "server 904 * :*");
	expect(desk, TOLD);
	expect(desk, "server PING :slip-*");
	second(p, "000002");
	expect(p, "server 904 * :*");
	expect_none(desk);
	fixture_pass(f, MINUTE_MS);
	p = is_half_in(f);
	second(p, "000003");
	expect(desk, TOLD);
}

static void a_disk_that_is_full_takes_no_code(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	(void)enrolled(f, &app);
	p = is_half_in(f);
	fixture_disk_is(f, DISK_FULL);
	second(p, app_next(&app));
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, "server 904 * :*");
	fixture_disk_is(f, DISK_FINE);
	second(p, app_next(&app));
	in(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_leaves_is_counted_all_the_same),
		HUB_TEST(who_proves_and_leaves_did_not_guess),
		HUB_TEST(codes_wait_for_guessers_as_passwords_do),
		HUB_TEST(nobody_is_guessed_at_who_is_gone),
		HUB_TEST(no_code_is_right_of_who_is_gone),
		HUB_TEST(a_factor_may_go_before_its_code_comes),
		HUB_TEST(the_person_is_told_once_a_minute),
		HUB_TEST(a_disk_that_is_full_takes_no_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
