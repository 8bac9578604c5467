// SPDX-License-Identifier: MIT
// A second factor by itself: which codes are codes, which are taken, and what is stored.
#include "common/totp.h"
#include "server/hub/people/account.h"
#include "server/hub/people/factor.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t secret[TOTP_SECRET_LEN] = {1, 2, 3};

static struct factor *factor_of(struct fixture *f)
{
	return factor_new(fixture_account(f, "ann"), secret, SPAN("app"), 0);
}

static void a_code_has_one_of_two_forms(void **state)
{
	static const struct {
		const char *text;
		bool is_code;
	} rows[] = {
		{"123456", true},
		{"12345", false},
		{"1234567", false},
		{"12345a", false},
		{"abcd-efgh-ijkl-mnop", true},
		{"abcd-efgh-ijkl-mno", false},
		{"abcd-efgh-ijkl-mnopq", false},
		{"abcdefghijklmnopqrs", false},
		{"abc-defgh-ijkl-mnop", false},
		{"----e----e----e----", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (factor_is_code(span_of(rows[i].text)) != rows[i].is_code)
			fail_msg("%s", rows[i].text);
	}
}

static void it_is_counted_once_and_gone_once(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct factor *one = factor_of(f);
	struct account *a = one->account;
	entry_no head;

	assert_false(factor_is_on(a));
	assert_int_equal(h->n_factors, 0);
	factor_enable(one);
	factor_enable(one);
	assert_true(factor_is_on(a));
	assert_int_equal(h->n_factors, 1);
	(void)factor_of(f); // another one in its place
	assert_int_equal(h->n_factors, 0);
	head = h->head;
	factor_delete(a);
	factor_delete(a);
	assert_int_equal(h->head, head + 1);
	assert_null(a->factor);
	assert_false(factor_take(a, SPAN("123456")));
}

static void a_code_that_is_wrong_stores_nothing(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct factor *one = factor_of(f);
	struct account *a = one->account;
	char codes[FACTOR_CODES][FACTOR_CODE_LEN + 1], right[TOTP_DIGITS + 1], upper[32];
	entry_no head;

	factor_new_codes(one, codes);
	assert_int_equal(factor_codes_left(one), FACTOR_CODES);
	head = h->head;
	totp_code(secret, totp_step(h->now.wall_ms), right);
	assert_false(factor_take(a, SPAN("no code")));
	assert_false(factor_take(a, SPAN("abcd-efgh-ijkl-mnop")));
	h->factor_key[0] ^= 1;
	assert_false(factor_take(a, span_of(right)) || factor_is_open(one));
	h->factor_key[0] ^= 1;
	assert_int_equal(h->head, head);
	assert_true(factor_is_open(one) && factor_take(a, span_of(right)));
	assert_false(factor_take(a, span_of(right)));
	assert_int_equal(h->head, head + 1);
	assert_true(factor_take(a, span_of(codes[3])));
	assert_false(factor_take(a, span_of(codes[3])));
	assert_int_equal(factor_codes_left(one), FACTOR_CODES - 1);
	for (size_t i = 0; i <= FACTOR_CODE_LEN; i++) {
		char c = codes[4][i];

		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	assert_true(factor_take(a, span_of(upper)));
	assert_int_equal(h->head, head + 3);
}

static void what_no_key_opens_is_counted(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct factor *one = factor_of(f);

	(void)fixture_account(f, "bob");
	h->factor_key[0] ^= 1;
	assert_int_equal(hub_sealed_factors(h), 0);
	factor_enable(one);
	assert_int_equal(hub_sealed_factors(h), 1);
	h->factor_key[0] ^= 1;
	assert_int_equal(hub_sealed_factors(h), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_one_of_two_forms),
		HUB_TEST(it_is_counted_once_and_gone_once),
		HUB_TEST(a_code_that_is_wrong_stores_nothing),
		HUB_TEST(what_no_key_opens_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
