// SPDX-License-Identifier: MIT
#include "common/caps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void each_is_found_by_its_name_alone(UNUSED void **state)
{
	enum cap found = CAPS;

	for (int i = 0; i < CAPS; i++) {
		assert_true(cap_find(span_of(cap_name((enum cap)i)), &found));
		assert_int_equal(found, i);
	}
	found = CAPS;
	assert_false(cap_find(SPAN(""), &found));
	assert_false(cap_find(SPAN("Batch"), &found));
	assert_false(cap_find(SPAN("batch "), &found));
	assert_int_equal(found, CAPS);
}

static void a_set_fits_what_it_has_and_what_it_lacks(UNUSED void **state)
{
	cap_set set = cap_bit(CAP_BATCH) | cap_bit((enum cap)(CAPS - 1));

	assert_true(cap_has(set, CAP_BATCH));
	assert_false(cap_has(set & ~cap_bit(CAP_BATCH), CAP_BATCH));
	assert_true(cap_fits(set, cap_bit(CAP_BATCH), 0));
	assert_false(cap_fits(set, 0, cap_bit(CAP_BATCH)));
	assert_false(cap_fits(0, cap_bit(CAP_BATCH), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_by_its_name_alone),
		cmocka_unit_test(a_set_fits_what_it_has_and_what_it_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
