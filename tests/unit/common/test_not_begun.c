// SPDX-License-Identifier: MIT
// Whoever ends a thing need not ask whether it was ever begun.
#include "common/arena.h"
#include "common/buf.h"
#include "common/loop.h"
#include "common/mailbox.h"
#include "common/map.h"
#include "common/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_was_not_begun_may_be_ended(void **state)
{
	(void)state;
	mailbox_free(NULL);
	loop_free(NULL);
	loop_remove(NULL);
	loop_timer_free(NULL);
	loop_hook_remove(NULL);
	tls_free(NULL);
	tls_context_free(NULL);
	buf_clear(&(struct buf){0});
	arena_clear(&(struct arena){0});
	map_clear(&(struct map){0});
	idmap_clear(&(struct idmap){0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_begun_may_be_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
