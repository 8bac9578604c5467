// SPDX-License-Identifier: MIT
#include "client/app/secret_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_password_is_known_and_nothing_else_is(void **state)
{
	(void)state;
	struct secret_guard g = {0};
	secret_guard_set(&g, SPAN("hajo-fuhu-feko"));
	assert_true(secret_guard_knows(&g, SPAN("hajo-fuhu-feko")));
	assert_true(secret_guard_knows(&g, SPAN(" hajo-fuhu-feko ")));
	assert_false(secret_guard_knows(&g, SPAN("hajo-fuhu")));
	assert_false(secret_guard_knows(&g, SPAN("my password is hajo-fuhu-feko")));
}

static void without_a_password_nothing_is_held_back(void **state)
{
	(void)state;
	struct secret_guard g = {0};
	assert_false(secret_guard_knows(&g, SPAN("")));
	secret_guard_set(&g, SPAN(""));
	assert_false(secret_guard_knows(&g, SPAN("")));
}

static void the_password_itself_is_not_kept(void **state)
{
	(void)state;
	struct secret_guard g = {0};
	secret_guard_set(&g, SPAN("hajo-fuhu-feko"));
	assert_null(memmem(&g, sizeof(g), "hajo", 4));
}

static void a_link_that_lets_a_device_in_is_known_wherever_it_stands(void **state)
{
	(void)state;
	assert_true(secret_guard_is_link(SPAN("snug://h/,device=abc,pin=cut")));
	assert_true(
		secret_guard_is_link(SPAN("look:\nhere  snug://h:7000/,device=abc please")));
	assert_true(secret_guard_is_link(SPAN("h/,device=abc")));
	assert_false(secret_guard_is_link(SPAN("snug://h/den,invite=abc")));
	assert_false(secret_guard_is_link(SPAN("https://h/?device=abc")));
	assert_false(secret_guard_is_link(SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_password_is_known_and_nothing_else_is),
		cmocka_unit_test(without_a_password_nothing_is_held_back),
		cmocka_unit_test(a_link_that_lets_a_device_in_is_known_wherever_it_stands),
		cmocka_unit_test(the_password_itself_is_not_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
