// SPDX-License-Identifier: MIT
// One connection, step by step: what leaves it and when, and how it ends.
#include "tests/unit/io/by_hand.h"

static void lines_wait_for_the_gate_and_for_the_socket(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	list_remove(&c->out);
	queue(c, "one\r\n", 0, false);
	assert_true(is_in(&s->env.dirty, &c->out));
	list_remove(&c->out);
	queue(c, "two\r\n", 7, false);
	assert_true(is_in(&s->env.gated, &c->out));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "one\n");
	assert_true(is_in(&s->env.gated, &c->out));
	s->env.durable = 7;
	hand.write = TLS_WANT_WRITE;
	conn_flush(c);
	assert_true(c->write_blocked);
	assert_true(list_is_empty(&c->out));
	queue(c, "three\r\n", 0, false);
	assert_true(list_is_empty(&c->out)); // the socket tells
	conn_flush_soon(c);
	assert_true(list_is_empty(&c->out));
	hand.write = TLS_OK;
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "one\n");
	ready(c, LOOP_WRITE);
	assert_true(is_in(&s->env.dirty, &c->out));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "one\ntwo\nthree\n");
	assert_true(list_is_empty(&c->out));
	scene_free(s);
}

static void a_write_may_wait_for_a_read(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t n_writes;

	queue(c, "one\r\n", 0, false);
	hand.write = TLS_WANT_READ;
	conn_flush(c);
	assert_true(c->write_wants_read);
	assert_true(c->is_offered);
	assert_true(list_is_empty(&c->out));
	n_writes = hand.n_writes;
	conn_flush(c);
	assert_int_equal(hand.n_writes, n_writes);
	hand.write = TLS_OK;
	ready(c, LOOP_WRITE);
	assert_true(c->write_wants_read);
	ready(c, LOOP_READ);
	assert_false(c->write_wants_read);
	conn_flush(c);
	assert_false(c->is_offered);
	assert_string_equal(buf_str(&hand.out), "one\n");
	scene_free(s);
}

static void a_read_may_wait_for_a_write(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t n_reads;

	hand.read = TLS_WANT_WRITE;
	ready(c, LOOP_READ);
	assert_true(c->read_wants_write);
	n_reads = hand.n_reads;
	hand.read = TLS_WANT_READ;
	ready(c, LOOP_WRITE);
	assert_int_equal(hand.n_reads, n_reads + 1);
	assert_false(c->read_wants_write);
	ready(c, LOOP_WRITE);
	assert_int_equal(hand.n_reads, n_reads + 1);
	scene_free(s);
}

static void a_write_that_breaks_ends_it(void **state UNUSED)
{
	static const enum tls_result results[] = {TLS_BROKEN, TLS_CLOSED};

	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);

		queue(c, "one\r\n", 0, false);
		hand.write = results[i];
		conn_flush(c);
		assert_int_equal(c->state, CONN_DEAD);
		assert_int_equal(hand.n_writes, 1);
		scene_free(s);
	}
}

static void so_many_records_leave_in_one_turn(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	for (int i = 0; i < 20; i++)
		queue(c, "x\r\n", 0, false);
	conn_flush(c);
	assert_int_equal(hand.n_writes, 16);
	assert_true(is_in(&s->env.dirty, &c->out));
	assert_true(list_is_empty(&s->env.gated));
	conn_flush(c);
	assert_int_equal(hand.n_writes, 20);
	assert_true(list_is_empty(&c->out));
	scene_free(s);
}

// So many bytes in one line of the queue.
static void fill(struct conn *c, size_t len, entry_no after, bool catch_up)
{
	char *text = xcalloc(1, len + 1);

	memset(text, 'x', len);
	text[len - 2] = '\r';
	text[len - 1] = '\n';
	queue(c, text, after, catch_up);
	free(text);
}

static void who_has_too_much_is_stalled_until_it_drains(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	fill(c, OUTQ_MAX, 1, false);
	assert_int_equal(events(s, INBOX_STALLED), 0);
	queue(c, "x\r\n", 2, false);
	assert_int_equal(events(s, INBOX_STALLED), 1);
	assert_int_equal(last_event(s)->after, 2);
	assert_false(last_event(s)->begun);
	queue(c, "y\r\n", 3, false);
	assert_int_equal(events(s, INBOX_STALLED), 1);
	assert_int_equal(c->outq.bytes, OUTQ_MAX);
	conn_flush(c);
	assert_int_equal(events(s, INBOX_DRAINED), 0);
	s->env.durable = 1;
	conn_flush(c);
	assert_int_equal(events(s, INBOX_DRAINED), 1);
	conn_flush(c);
	assert_int_equal(events(s, INBOX_DRAINED), 1);
	queue(c, "live\r\n", 0, false);
	assert_int_equal(c->outq.count, 0);
	queue(c, "missed\r\n", 0, true);
	assert_int_equal(c->outq.count, 1);
	conn_live(c);
	queue(c, "live\r\n", 0, false);
	assert_int_equal(c->outq.count, 2);
	scene_free(s);
}

static void a_stall_within_an_entry_says_so(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	fill(c, OUTQ_MAX, 4, false);
	queue(c, "x\r\n", 4, false);
	assert_true(last_event(s)->begun);
	scene_free(s);
}

static void a_catch_up_has_a_bound_of_its_own(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	fill(c, CATCH_UP_MAX, 9, true);
	assert_int_equal(c->state, CONN_OPEN);
	queue(c, "x\r\n", 9, true);
	assert_int_equal(c->state, CONN_DEAD);
	scene_free(s);
}

static void who_is_not_open_is_told_nothing(void **state UNUSED)
{
	struct scene *s = scene_new();
	int other;
	struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);

	queue(c, "x\r\n", 0, true);
	assert_int_equal(c->outq.count, 0);
	conn_logged_in(c);
	assert_false(c->is_known);
	conn_tell(c);
	assert_int_equal(events(s, INBOX_TAKEN), 0);
	close(other);
	scene_free(s);
}

static void who_takes_what_it_was_given_is_told_of(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	conn_tell(c);
	assert_int_equal(events(s, INBOX_TAKEN), 1);
	conn_flush(c);
	assert_int_equal(events(s, INBOX_TAKEN), 1);
	fill(c, OUTQ_PAUSE, 1, false);
	assert_false(conn_can_read(c));
	conn_tell(c);
	assert_int_equal(events(s, INBOX_TAKEN), 1);
	s->env.durable = 1;
	list_remove(&c->ready);
	conn_flush(c);
	assert_int_equal(events(s, INBOX_TAKEN), 2);
	assert_true(is_in(&s->env.ready, &c->ready)); // lines may wait since it was paused
	list_remove(&c->ready);
	queue(c, "x\r\n", 0, false);
	conn_flush(c);
	assert_false(is_in(&s->env.ready, &c->ready));
	scene_free(s);
}

static void a_close_waits_for_its_entry_and_is_told_once(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	queue(c, "bye\r\n", 0, false);
	conn_close(c, 5, PARTING_LEFT, SPAN("Left"));
	conn_close(c, 0, PARTING_STOP, SPAN("Stopped"));
	assert_int_equal(events(s, INBOX_CLOSED), 1);
	assert_true(span_eq(last_event(s)->reason, SPAN("Left")));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "bye\n");
	assert_int_equal(hand.n_ended, 0);
	assert_true(is_in(&s->env.gated, &c->out));
	s->env.durable = 5;
	hand.end = TLS_WANT_WRITE;
	conn_flush(c);
	assert_int_equal(c->state, CONN_CLOSING);
	assert_true(c->write_blocked);
	hand.end = TLS_OK;
	ready(c, LOOP_WRITE);
	conn_flush(c);
	assert_int_equal(c->state, CONN_LINGERING);
	conn_end(c, SPAN("Again"));
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 1);
	scene_free(s);
}

static void who_is_closed_lingers_until_it_hangs_up(void **state UNUSED)
{
	struct scene *s = scene_new();
	int other;
	struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);
	char byte;

	buf_add_str(&c->told, "192.0.2.1");
	assert_int_equal(send(other, "H", 1, 0), 1);
	ready(c, LOOP_READ);
	conn_close(c, 0, PARTING_LEFT, SPAN("Left"));
	conn_flush(c);
	assert_int_equal(c->state, CONN_LINGERING);
	assert_int_equal(s->env.n_lingering, 1);
	assert_int_equal(recv(other, &byte, 1, 0), 0);
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_LINGERING);
	assert_int_equal(send(other, "more", 4, 0), 4);
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_LINGERING);
	close(other);
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_DEAD);
	assert_int_equal(s->env.n_lingering, 0);
	scene_free(s);
}

static void a_close_of_who_is_not_open_is_its_end(void **state UNUSED)
{
	struct scene *s = scene_new();
	int other;
	struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);

	conn_close(c, 0, PARTING_LEFT, SPAN("Left"));
	assert_int_equal(c->state, CONN_DEAD);
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 0);
	assert_int_equal(s->env.n_unknown, 0);
	close(other);
	scene_free(s);
}

static void who_parts_is_told_why(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	conn_part(c, PARTING_REFUSED, SPAN("Too slow"));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "ERROR :Closing link: Too slow\n");
	buf_reset(&hand.out);
	hand.asks = true;
	c = opened(s);
	conn_part(c, PARTING_REFUSED, SPAN("Too slow"));
	assert_int_equal(c->stage, STAGE_CLOSING);
	conn_part(c, PARTING_REFUSED, SPAN("Too slow"));
	assert_int_equal(c->state, CONN_DEAD);
	c = opened(s);
	conn_part(c, PARTING_REFUSED, SPAN("Too slow"));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "503\n");
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_wait_for_the_gate_and_for_the_socket),
		cmocka_unit_test(a_write_may_wait_for_a_read),
		cmocka_unit_test(a_read_may_wait_for_a_write),
		cmocka_unit_test(a_write_that_breaks_ends_it),
		cmocka_unit_test(so_many_records_leave_in_one_turn),
		cmocka_unit_test(who_has_too_much_is_stalled_until_it_drains),
		cmocka_unit_test(a_stall_within_an_entry_says_so),
		cmocka_unit_test(a_catch_up_has_a_bound_of_its_own),
		cmocka_unit_test(who_is_not_open_is_told_nothing),
		cmocka_unit_test(who_takes_what_it_was_given_is_told_of),
		cmocka_unit_test(a_close_waits_for_its_entry_and_is_told_once),
		cmocka_unit_test(who_is_closed_lingers_until_it_hangs_up),
		cmocka_unit_test(a_close_of_who_is_not_open_is_its_end),
		cmocka_unit_test(who_parts_is_told_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
