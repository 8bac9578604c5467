// SPDX-License-Identifier: MIT
// What was stored lately, bounded in time and bytes.
#include "server/store/lease/lately.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

// Two entries, the second of so many bytes.
static struct journal *journal(entry_no first, size_t bytes)
{
	struct journal *j = journal_new(first);
	char *text = xcalloc(1, bytes + 1);

	journal_add(j,
		    &(struct entry){.kind = ENTRY_SETTING, .setting = {SPAN("a"), SPAN("b")}});
	journal_add(j, &(struct entry){.kind = ENTRY_SETTING,
				       .setting = {SPAN("a"), span_from(text, bytes)}});
	free(text);
	return j;
}

static void all_of_a_while_is_there_in_order(void **state UNUSED)
{
	struct lately k = {0};

	assert_false(lately_has(&k, 1, 1));
	for (entry_no i = 0; i < 500; i++)
		lately_add(&k, journal(1 + 2 * i, 10), 1000);
	assert_true(lately_has(&k, 1, 1000));
	assert_false(lately_has(&k, 1, 1001));
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(lately_at(&k, i)->first, 1 + 2 * i);
	assert_null(lately_at(&k, 500));
	lately_clear(&k);
}

static void what_is_old_goes_first(void **state UNUSED)
{
	struct lately k = {0};

	for (entry_no i = 0; i < 100; i++)
		lately_add(&k, journal(1 + 2 * i, 10), 1000 + (int64_t)i);
	lately_age(&k, 1000 + KEPT_MS + 50);
	assert_int_equal(lately_at(&k, 0)->first, 101);
	assert_false(lately_has(&k, 100, 200));
	assert_true(lately_has(&k, 101, 200));
	// The ring goes round.
	for (entry_no i = 100; i < 170; i++)
		lately_add(&k, journal(1 + 2 * i, 10), 1000 + KEPT_MS + 50);
	assert_true(lately_has(&k, 101, 340));
	lately_age(&k, 1000 + 3 * KEPT_MS);
	assert_null(lately_at(&k, 0));
	lately_clear(&k);
}

static void their_bytes_are_bounded(void **state UNUSED)
{
	struct lately k = {0};

	for (entry_no i = 0; i < 80; i++) {
		lately_add(&k, journal(1 + 2 * i, 1 << 20), 1000);
		assert_true(k.bytes <= KEPT_BYTES);
	}
	assert_false(lately_has(&k, 1, 160));
	assert_true(lately_has(&k, 101, 160));
	lately_clear(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_while_is_there_in_order),
		cmocka_unit_test(what_is_old_goes_first),
		cmocka_unit_test(their_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
