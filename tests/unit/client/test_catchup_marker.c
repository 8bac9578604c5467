// SPDX-License-Identifier: MIT
// After a fresh start: back to the read marker, and to a window full.
#include "tests/unit/client/catchup_fixture.h"

static void what_is_unread_is_loaded_down_to_the_marker(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 35;
	f->has_marker = true;
	wire_connect(&f->wire);
	settle(f);
	assert_holds(f, 1, 35);
	assert_int_equal(room(f)->unread, 30);
	assert_false(target_lacks_unread(room(f)));
}

static void more_than_is_loaded_is_said_to_be_more(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 300;
	f->has_marker = true;
	wire_connect(&f->wire);
	settle(f);
	assert_int_equal(f->n_asked, 10);
	assert_holds(f, 201, 300);
	assert_int_equal(room(f)->unread, 100);
	assert_true(target_lacks_unread(room(f)));
}

// Sixty people came and went behind the last word.
static void joins_and_parts_fill_no_window(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 80;
	f->n_spoken = 20;
	wire_connect(&f->wire);
	settle(f);
	assert_true(count_messages(room(f)) >= 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_unread_is_loaded_down_to_the_marker),
		TEST(more_than_is_loaded_is_said_to_be_more),
		TEST(joins_and_parts_fill_no_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
