// SPDX-License-Identifier: MIT
// Names as people give them at a login.
#include "server/hub/door/login.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_device_is_one_printable_word(void **state UNUSED)
{
	static const char *const none[] = {"ann",
					   "ann@",
					   "ann@a b",
					   "ann@a\tb",
					   "ann@\xff",
					   "ann@\xe2\x80\xae",
					   "ann@123456789012345678901234567890123"};
	struct span name, device;

	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		login_split(span_of(none[i]), &name, &device);
		assert_true(span_eq(name, SPAN("ann")));
		assert_int_equal(device.len, 0);
	}
	login_split(SPAN("ann@12345678901234567890123456789012"), &name, &device);
	assert_int_equal(device.len, 32);
	login_split(SPAN("ann@b\xc3\xbcro@x"), &name, &device);
	assert_true(span_eq(device, SPAN("b\xc3\xbcro@x")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_one_printable_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
