// SPDX-License-Identifier: MIT
// How long a connection may take for what it is at, and how many there may be of one source.
#include "tests/unit/io/by_hand.h"

// Moves the time of what it is at back.
static void ago(struct conn *c, int64_t ms)
{
	c->since -= ms;
	c->accepted_at -= ms;
}

static void each_stage_has_its_time(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	int64_t now = loop_now(s->loop);

	assert_int_equal(conn_expire(&s->env), now + LOGIN_MS);
	ago(c, LOGIN_MS - 1);
	assert_int_equal(conn_expire(&s->env), now + 1);
	ago(c, 1);
	(void)conn_expire(&s->env);
	assert_int_equal(c->state, CONN_CLOSING);
	assert_int_equal(s->counts.refused[IO_REFUSED_LATE], 1);
	conn_end(c, SPAN("Gone"));
	c = opened(s);
	conn_logged_in(c);
	assert_int_equal(c->stage, STAGE_IDLE);
	ago(c, PING_AFTER_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(c->stage, STAGE_PONG);
	conn_flush(c);
	assert_non_null(strstr(buf_str(&hand.out), "PING :test.host\n"));
	conn_heard(c);
	assert_int_equal(c->stage, STAGE_IDLE);
	conn_enter(c, STAGE_PONG);
	ago(c, PONG_WITHIN_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(c->state, CONN_CLOSING);
	conn_heard(c);
	assert_int_equal(c->stage, STAGE_CLOSING);
	ago(c, CLOSE_WITHIN_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(c->state, CONN_DEAD);
	scene_free(s);
}

static void a_handshake_has_less(void **state UNUSED)
{
	for (int put_off = 0; put_off < 2; put_off++) {
		struct scene *s = scene_new();
		int other;
		struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);

		ago(c, HANDSHAKE_MS - 1);
		(void)conn_expire(&s->env);
		assert_int_equal(c->state, CONN_SILENT);
		c->was_put_off = put_off;
		ago(c, 1);
		(void)conn_expire(&s->env);
		// Whoever was not served for all the others gets the time once more.
		assert_int_equal(c->state, put_off ? CONN_SILENT : CONN_DEAD);
		if (put_off) {
			assert_true(is_in(&s->env.shaking, &c->shaking));
			ago(c, HANDSHAKE_MS);
			(void)conn_expire(&s->env);
			assert_int_equal(c->state, CONN_DEAD);
		}
		assert_int_equal(s->counts.refused[IO_REFUSED_HANDSHAKE], 1);
		close(other);
		scene_free(s);
	}
}

static void who_is_silent_is_nudged_where_that_is_of_use(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened_by(s, &nudged);
	int64_t since;

	conn_logged_in(c);
	assert_int_equal(c->stage, STAGE_QUIET);
	ago(c, NUDGE_AFTER_MS);
	since = c->since;
	(void)conn_expire(&s->env);
	assert_int_equal(hand.n_nudged, 1);
	assert_int_equal(c->stage, STAGE_NUDGED);
	assert_int_equal(c->since, since);
	ago(c, PING_AFTER_MS - NUDGE_AFTER_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(c->stage, STAGE_PONG);
	scene_free(s);
}

static void each_list_is_in_order(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *a = opened(s), *b = opened(s), *c = opened(s);
	const struct list *head = &s->env.stages[STAGE_IDLE];

	conn_enter_since(a, STAGE_IDLE, 30);
	conn_enter_since(b, STAGE_IDLE, 10);
	conn_enter_since(c, STAGE_IDLE, 20);
	assert_ptr_equal(head->next, &b->staged);
	assert_ptr_equal(head->next->next, &c->staged);
	assert_ptr_equal(head->prev, &a->staged);
	s->env.wakes_at = 500;
	conn_wake_by(&s->env, 500);
	conn_wake_by(&s->env, 600);
	assert_int_equal(s->env.wakes_at, 500);
	conn_wake_by(&s->env, 400);
	assert_int_equal(s->env.wakes_at, 400);
	scene_free(s);
}

// The time to log in stands while it waits for us.
static void a_login_that_waits_for_us_is_not_late(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	ago(c, 1000);
	conn_hold(c, false); // it was not held
	assert_int_equal(c->stage, STAGE_LOGIN);
	conn_hold(c, true);
	assert_int_equal(c->stage, STAGE_IDLE);
	conn_hold(c, true);
	assert_int_equal(c->login_left_ms, LOGIN_MS - 1000);
	conn_hold(c, false);
	assert_int_equal(c->stage, STAGE_LOGIN);
	assert_int_equal(loop_now(s->loop) - c->since, 1000);
	conn_logged_in(c);
	conn_hold(c, true);
	assert_int_equal(c->stage, STAGE_IDLE);
	conn_logged_in(c);
	assert_int_equal(c->credit, CONN_CREDIT);
	scene_free(s);
}

static void a_source_has_so_many_and_its_neighbours_more(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct net_address one, wide, other;
	int others[8];
	struct conn *c;

	assert_true(net_parse(&one, SPAN("[2001:db8:1:1::1]:1")));
	assert_true(net_parse(&wide, SPAN("[2001:db8:1:ffff::1]:1")));
	assert_true(net_parse(&other, SPAN("[2001:db8:2::1]:1")));
	c = connect_from(s, "[2001:db8:1:1::1]:1", &by_hand, &others[0]);
	(void)connect_from(s, "[2001:db8:1:1::2]:1", &by_hand, &others[1]);
	assert_false(conn_has_too_many(&s->env, &one));
	s->env.connections_per_source = 3;
	assert_false(conn_has_too_many(&s->env, &one));
	s->env.connections_per_source = 2;
	assert_true(conn_has_too_many(&s->env, &one));
	assert_false(conn_has_too_many(&s->env, &wide));
	for (int i = 2; i < 2 * WIDE_TIMES; i++) {
		char address[40];

		snprintf(address, sizeof(address), "[2001:db8:1:%d::1]:1", i);
		(void)connect_from(s, address, &by_hand, &others[i]);
	}
	assert_true(conn_has_too_many(&s->env, &wide));
	assert_false(conn_has_too_many(&s->env, &other));
	conn_set_source(c, &other);
	assert_false(conn_has_too_many(&s->env, &one));
	assert_false(conn_has_too_many(&s->env, &wide));
	assert_int_equal(s->env.n_unknown, 2 * WIDE_TIMES);
	for (int i = 0; i < 2 * WIDE_TIMES; i++)
		close(others[i]);
	scene_free(s);
}

// Who came to nothing counts, but not who waits for us, is in, asked, or was on the porch.
static void what_counts_as_a_failure(void **state UNUSED)
{
	for (int i = 0; i < 7; i++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);

		s->env.connections_per_source = i != 1;
		c->is_on_porch = i == 2;
		c->has_asked = i == 3;
		c->carrier.asks = i == 4;
		if (i == 5)
			conn_hold(c, true);
		if (i == 6)
			conn_logged_in(c);
		conn_failed(c);
		assert_int_equal(s->env.failures.count, i == 0);
		c->carrier.asks = false;
		scene_free(s);
	}
}

static void the_porch_lets_in_one_after_the_other(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct net_address peer;
	int others[3];
	struct conn *a, *b, *c;

	conn_let_in(&s->env); // nobody is there
	assert_true(net_parse(&peer, SPAN("192.0.2.1:1")));
	a = connect_from(s, "192.0.2.1:1", &by_hand, &others[0]);
	assert_false(a->is_on_porch);
	for (int i = 0; i < FAILURES_PER_SOURCE; i++)
		failures_note(&s->env.failures, net_source(&peer), net_source_wide(&peer),
			      loop_now(s->loop));
	b = connect_from(s, "192.0.2.1:2", &by_hand, &others[1]);
	c = connect_from(s, "192.0.2.1:3", &by_hand, &others[2]);
	assert_true(b->is_on_porch && c->is_on_porch);
	assert_true(is_in(&s->env.porch, &b->shaking));
	conn_let_in(&s->env);
	assert_false(b->is_on_porch);
	assert_true(c->is_on_porch);
	assert_true(is_in(&s->env.shaking, &b->shaking));
	conn_let_in(&s->env);
	assert_false(c->is_on_porch);
	assert_true(list_is_empty(&s->env.porch));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		close(others[i]);
	scene_free(s);
}

static void of_many_that_end_some_are_reported_in_each_turn(void **state UNUSED)
{
	struct scene *s = scene_new();

	for (int i = 0; i < 40; i++)
		conn_end(opened(s), SPAN("Gone"));
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 32);
	assert_false(conn_reap(&s->env));
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 40);
	assert_true(conn_reap(&s->env));
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stage_has_its_time),
		cmocka_unit_test(a_handshake_has_less),
		cmocka_unit_test(who_is_silent_is_nudged_where_that_is_of_use),
		cmocka_unit_test(each_list_is_in_order),
		cmocka_unit_test(a_login_that_waits_for_us_is_not_late),
		cmocka_unit_test(a_source_has_so_many_and_its_neighbours_more),
		cmocka_unit_test(what_counts_as_a_failure),
		cmocka_unit_test(the_porch_lets_in_one_after_the_other),
		cmocka_unit_test(of_many_that_end_some_are_reported_in_each_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
