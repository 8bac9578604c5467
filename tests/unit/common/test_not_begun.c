// SPDX-License-Identifier: MIT
// Whoever ends a thing need not ask whether it was ever begun.
#include "common/arena.h"
#include "common/buf.h"
#include "common/frame.h"
#include "common/loop.h"
#include "common/mailbox.h"
#include "common/map.h"
#include "common/tls.h"
#include "tests/support/heap.h"

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
	arena_clear(NULL);
	arena_wipe(NULL);
	frame_clear(NULL);
	map_clear(NULL);
	idmap_clear(NULL);
	map_clear(&(struct map){0});
	idmap_clear(&(struct idmap){0});
}

static void fill_and_clear(void)
{
	struct buf b = {0};
	struct arena a = {0};
	struct map m = {0};
	struct idmap ids = {0};
	struct frame f;
	char *room;
	size_t left;

	buf_add_str(&b, "words");
	buf_clear(&b);
	assert_non_null(arena_alloc(&a, 2000));
	assert_non_null(arena_alloc(&a, 200000));
	arena_clear(&a);
	assert_non_null(arena_alloc(&a, 2000));
	arena_wipe(&a);
	map_put(&m, SPAN("x"), &b);
	map_clear(&m);
	idmap_put(&ids, 1, &b);
	idmap_clear(&ids);
	frame_init(&f, 100, 100);
	room = frame_space(&f, &left);
	assert_true(room && left > 0);
	frame_clear(&f);
	mailbox_free(mailbox_new());
}

static void run_a_loop(void)
{
	struct loop *l = loop_new();

	loop_timer_free(loop_timer_new(l, NULL, NULL));
	loop_turn(l, 0);
	loop_free(l);
}

static void what_was_begun_leaves_nothing_when_it_ends(void **state)
{
	size_t before;

	(void)state;
	// What malloc keeps for the next.
	for (int i = 0; i < HEAP_SETTLED; i++) {
		fill_and_clear();
		run_a_loop();
	}
	before = heap_in_use();
	fill_and_clear();
	run_a_loop();
	assert_int_equal(heap_in_use(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_not_begun_may_be_ended),
		cmocka_unit_test(what_was_begun_leaves_nothing_when_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
