// SPDX-License-Identifier: MIT
// What 2FA answers to words that it does not take, while there is a factor and while there is
// none.
#include "tests/unit/hub/totp_peer.h"

static struct peer *proved(struct fixture *f)
{
	struct peer *p = by_password(f, 1);

	peer_send(p, "CAP REQ draft/account-2fa");
	peer_skip(p);
	return p;
}

static void expect_answers(struct peer *p, const char *const (*rows)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		peer_skip(p);
		peer_send(p, "2FA %s", rows[i][0]);
		expect(p, rows[i][1]);
		expect_none(p);
	}
}

static void an_app_has_a_name_that_can_be_read(void **state)
{
	static const char *const others[] = {
		"",
		":app",
		"an app",
		"a\xff",
		"a\xe2\x80\xae",
		"a\x01",
		"0123456789012345678901234567890123456789012345678901234567890123x"};
	struct fixture *f = *state;
	struct app app = {.fixture = f};
	struct peer *p = proved(f);

	peer_send(p, "2FA CHALLENGE TOTP");
	expect(p, "server NOTE 2FA REGISTRATION_CHALLENGE totp $data :*");
	app_read(&app);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct span words[] = {SPAN("2FA"), SPAN("ADD"), SPAN("totp"),
					     span_of(others[i]), span_of(app_code(&app, 0))};

		peer_send_words(p, words, ARRAY_LEN(words));
		expect(p, "server FAIL 2FA INVALID_NAME :*");
	}
	peer_send(p, "2FA ADD totp %.64s %s", others[ARRAY_LEN(others) - 1], app_code(&app, 0));
	expect(p, "server 2FA ADD SUCCESS totp * :*");
}

static void what_is_off_is_not_turned_off(void **state)
{
	static const char *const rows[][2] = {
		{"DISABLE totp 123456", "server FAIL 2FA ALREADY_DISABLED :*"},
		{"RECOVERY", "server FAIL 2FA ALREADY_DISABLED :*"},
		{"REMOVE 1", "server FAIL 2FA UNKNOWN_CREDENTIAL 1 :*"},
		{"ENABLE", "server FAIL 2FA NO_CREDENTIALS :*"},
		{"LIST", "server NOTE 2FA NO_CREDENTIALS :*"},
	};

	expect_answers(proved(*state), rows, ARRAY_LEN(rows));
}

static void what_is_on_is_not_turned_on(void **state)
{
	static const char *const rows[][2] = {
		{"STATUS", "server NOTE 2FA ENABLED :*"},
		{"ENABLE", "server FAIL 2FA ALREADY_ENABLED :*"},
		{"CHALLENGE totp", "server FAIL 2FA ALREADY_ENABLED :*"},
		{"ADD totp other 123456", "server FAIL 2FA ALREADY_ENABLED :*"},
		{"REMOVE phone", "server FAIL 2FA UNKNOWN_CREDENTIAL phone :*"},
		{"DISABLE other 123456", "server FAIL 2FA INVALID_TYPE other :*"},
	};
	struct fixture *f = *state;
	struct app app;
	struct peer *p = proved(f);

	app_enable(f, &app, p);
	struct admin_answer *a = fixture_verb(f, "user 2fa show ann", NULL);
	assert_true(span_eq(a->words, SPAN("ann has a second factor")));
	admin_answer_free(a);
	expect_answers(p, rows, ARRAY_LEN(rows));
	peer_send(p, "2FA REMOVE %s", fixture_var(f, "factor"));
	expect(p, "server FAIL 2FA REMOVE_LAST_CREDENTIAL :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_app_has_a_name_that_can_be_read),
		HUB_TEST(what_is_off_is_not_turned_off),
		HUB_TEST(what_is_on_is_not_turned_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
