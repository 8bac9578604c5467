// SPDX-License-Identifier: MIT
// Whoever ends a thing need not ask whether it was ever begun.
#include "server/io/listener.h"
#include "server/io/shard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_was_not_begun_may_be_ended(void **state)
{
	(void)state;
	shard_free(NULL);
	listener_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_begun_may_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
