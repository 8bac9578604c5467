// SPDX-License-Identifier: MIT
// What a shard does with much at once.
#include "tests/unit/io/world.h"

#define MANY 80

static void those_who_end_at_once_are_told_of_in_parts(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer peers[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		peers[i] = peer_connect(w);
		send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
		turns(w, 2);
	}
	for (int i = 0; i < MANY; i++)
		peer_free(&peers[i]);
	turn(w);
	turn(w);
	assert_in_range(count(w, INBOX_CLOSED), 1, MANY - 1);
	turns(w, 10);
	assert_int_equal(count(w, INBOX_CLOSED), MANY);
	world_free(w);
}

static void two_lines(struct world *w, conn_id conn, entry_no first, entry_no second)
{
	struct outbox *out = outbox_new();

	outbox_line(out, SPAN("one\r\n"), first, false);
	outbox_to(out, conn);
	outbox_line(out, SPAN("two\r\n"), second, false);
	outbox_to(out, conn);
	post(w, out);
	turns(w, 3);
}

static void what_need_not_wait_does_not_wait_with_what_does(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	(void)state;
	two_lines(w, last_conn(w), 0, 9);
	assert_string_equal(peer_hears(&p), "one\r\n");
	send_durable(w, 9);
	turns(w, 3);
	assert_string_equal(peer_hears(&p), "one\r\ntwo\r\n");
	peer_free(&p);
	world_free(w);
}

static void what_is_queued_at_once_waits_for_the_last_of_it(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	(void)state;
	two_lines(w, last_conn(w), 8, 9);
	send_durable(w, 8);
	turns(w, 3);
	assert_null(strstr(peer_hears(&p), "two"));
	send_durable(w, 9);
	turns(w, 3);
	assert_string_equal(peer_hears(&p), "one\r\ntwo\r\n");
	peer_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_end_at_once_are_told_of_in_parts),
		cmocka_unit_test(what_need_not_wait_does_not_wait_with_what_does),
		cmocka_unit_test(what_is_queued_at_once_waits_for_the_last_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
