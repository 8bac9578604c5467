// SPDX-License-Identifier: MIT
// Whoever ends a thing need not ask whether it was ever begun.
#include "server/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_was_not_begun_may_be_ended(void **state)
{
	(void)state;
	store_close(NULL);
	store_wait_end(NULL);
	reader_close(NULL);
	writer_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_begun_may_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
