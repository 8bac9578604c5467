// SPDX-License-Identifier: MIT
#include "common/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct seen {
	int n_begun;
	enum thread_role role;
	char name[16];
};

static void begin(void *arg, enum thread_role role)
{
	struct seen *seen = arg;

	seen->n_begun++;
	seen->role = role;
}

static void *run(void *arg)
{
	struct seen *seen = arg;

	// What it begins with has been done.
	seen->n_begun *= 10;
	pthread_getname_np(pthread_self(), seen->name, sizeof(seen->name));
	return arg;
}

static void a_thread_begins_as_it_should_and_has_a_name(UNUSED void **state)
{
	struct seen seen = {0};
	void *result = NULL;

	pthread_join(
		thread_start((struct thread_begin){begin, &seen}, THREAD_READER, run, &seen),
		&result);
	assert_ptr_equal(result, &seen);
	assert_int_equal(seen.n_begun, 10);
	assert_int_equal(seen.role, THREAD_READER);
	assert_string_equal(seen.name, "reader");
	seen = (struct seen){0};
	pthread_join(thread_start((struct thread_begin){0}, THREAD_WRITER, run, &seen),
		     &result);
	assert_int_equal(seen.n_begun, 0);
	assert_string_equal(seen.name, "writer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_begins_as_it_should_and_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
