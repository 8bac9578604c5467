// SPDX-License-Identifier: MIT
// What rows say, in one number: of none may something else be said.
#include "server/store/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct tally of_row(struct value a, struct value b)
{
	struct tally t = {0};

	tally_add(&t, (struct value[]){a, b}, 2);
	return t;
}

static void rows_that_differ_have_other_sums(UNUSED void **state)
{
	const struct tally sums[] = {
		of_row(of_int(1), of_text(SPAN("a"))),
		of_row(of_int(2), of_text(SPAN("a"))),
		of_row(of_int(1), of_text(SPAN("b"))),
		of_row(of_int(1), of_text(SPAN("ab"))),
		of_row(of_text(SPAN("a")), of_int(1)),
		of_row(of_int(1), of_int(0)),
		of_row(of_text(SPAN("a")), of_text(SPAN("b"))),
		of_row(of_text(SPAN("ab")), of_text(SPAN(""))),
	};

	for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
		assert_int_equal(sums[i].rows, 1);
		for (size_t k = 0; k < i; k++)
			assert_true(sums[i].sum != sums[k].sum);
	}
}

static void the_order_of_rows_says_nothing(UNUSED void **state)
{
	const struct value one[] = {of_int(1), of_text(SPAN("a"))};
	const struct value two[] = {of_int(2), of_blob("\0b", 2)};
	struct tally a = {0}, b = {0};

	tally_add(&a, one, 2);
	tally_add(&a, two, 2);
	tally_add(&b, two, 2);
	assert_true(a.sum != b.sum);
	tally_add(&b, one, 2);
	assert_int_equal(a.rows, 2);
	assert_int_equal(b.rows, 2);
	assert_true(a.sum == b.sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_that_differ_have_other_sums),
		cmocka_unit_test(the_order_of_rows_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
