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

#define LINE_LEN 1000

// Lines that nothing may leave of fill the queue; the first that has no room waits for `last`.
static struct heard stalled_at(entry_no first, entry_no last)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	char text[LINE_LEN + 1];
	struct heard heard;

	memset(text, 'x', sizeof(text));
	memcpy(text + LINE_LEN - 2, "\r\n", 3);
	for (int i = 0; i < OUTQ_MAX / LINE_LEN; i++)
		send_line(w, last_conn(w), text, first);
	turns(w, 3);
	assert_int_equal(count(w, INBOX_STALLED), 0);
	send_line(w, last_conn(w), text, last);
	turns(w, 3);
	heard = *last_heard(w);
	assert_int_equal(heard.kind, INBOX_STALLED);
	peer_free(&p);
	world_free(w);
	return heard;
}

static void a_stall_tells_whether_its_entry_is_begun(void **state)
{
	struct heard heard = stalled_at(8, 9);

	(void)state;
	assert_int_equal(heard.after, 9);
	assert_false(heard.begun);
	heard = stalled_at(9, 9);
	assert_int_equal(heard.after, 9);
	assert_true(heard.begun);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_end_at_once_are_told_of_in_parts),
		cmocka_unit_test(what_need_not_wait_does_not_wait_with_what_does),
		cmocka_unit_test(what_is_queued_at_once_waits_for_the_last_of_it),
		cmocka_unit_test(a_stall_tells_whether_its_entry_is_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
