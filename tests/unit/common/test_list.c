// SPDX-License-Identifier: MIT
#include "common/list.h"

#include "common/attr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

struct item {
	int n;
	struct list link;
};

static int sum(struct list *head)
{
	int digits = 0;

	list_for_each(at, head)
		digits = digits * 10 + container_of(at, struct item, link)->n;
	return digits;
}

static void items_stay_in_order_and_leave_alone(void **state UNUSED)
{
	struct item items[] = {{.n = 1}, {.n = 2}, {.n = 3}};
	struct list head;

	list_init(&head);
	assert_true(list_is_empty(&head));
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		list_add(&head, &items[i].link);
	assert_int_equal(sum(&head), 123);
	list_remove(&items[1].link);
	list_remove(&items[1].link);
	assert_int_equal(sum(&head), 13);
	list_add(&head, &items[1].link);
	assert_int_equal(sum(&head), 132);
	list_for_each_safe(at, after, &head)
		list_remove(at);
	assert_true(list_is_empty(&head));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_stay_in_order_and_leave_alone)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
