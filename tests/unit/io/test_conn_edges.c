// SPDX-License-Identifier: MIT
// One connection, step by step: what must not happen beside what does, and silences.
#include "tests/unit/io/by_hand.h"

#include <sys/ioctl.h>

static void each_end_is_counted_once(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	conn_logged_in(c);
	conn_end(c, SPAN("Gone"));
	conn_end(c, SPAN("Gone again"));
	assert_int_equal(s->env.n_unknown, 0);
	assert_int_equal(s->env.n_lingering, 0);
	assert_int_equal(s->env.table.n_conns, 0);
	conn_mourn(&s->env);
	assert_true(span_eq(last_event(s)->reason, SPAN("Gone")));
	hand.asks = true;
	conn_end(opened(s), SPAN("Gone"));
	conn_mourn(&s->env);
	assert_int_equal(events(s, INBOX_CLOSED), 1);
	scene_free(s);
}

static void all_are_hung_up_on_in_the_end(void **state UNUSED)
{
	struct scene *s = scene_new();
	int others[40];
	char byte;

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		(void)connect_from(s, "192.0.2.1:1", &by_hand, &others[i]);
	scene_free(s);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(recv(others[i], &byte, 1, 0), 0);
		close(others[i]);
	}
}

static void an_address_of_ipv4_counts_once(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct net_address peer;
	int other;

	assert_true(net_parse(&peer, SPAN("192.0.2.1:9")));
	(void)connect_from(s, "192.0.2.1:1", &by_hand, &other);
	s->env.connections_per_source = 2;
	assert_false(conn_has_too_many(&s->env, &peer));
	s->env.connections_per_source = 1;
	assert_true(conn_has_too_many(&s->env, &peer));
	close(other);
	scene_free(s);
}

// Whom it is of is told later: nobody knows yet whether that one failed.
static void a_proxy_does_not_stand_on_the_porch(void **state UNUSED)
{
	static const struct transport local = {HAND_TRANSPORT, .is_local = true};
	static const struct cidr proxy = {{[10] = 0xff, [11] = 0xff, 192, 0, 2, 1}, 128};
	struct scene *s = scene_new();
	struct net_address peer;
	struct conn *c;
	int other;

	s->env.proxies = &proxy;
	s->env.n_proxies = 1;
	assert_true(net_parse(&peer, SPAN("192.0.2.1:1")));
	for (int i = 0; i < FAILURES_PER_SOURCE; i++)
		failures_note(&s->env.failures, net_source(&peer), net_source_wide(&peer),
			      loop_now(s->loop));
	c = connect_from(s, "192.0.2.1:1", &by_hand, &other);
	assert_true(c->awaits_proxy);
	assert_false(c->is_on_porch);
	assert_true(conn_is_of_proxy(&s->env, &peer, &by_hand));
	assert_false(conn_is_of_proxy(&s->env, &peer, &local)); // of this machine alone
	assert_true(net_parse(&peer, SPAN("192.0.2.2:1")));
	assert_false(conn_is_of_proxy(&s->env, &peer, &by_hand));
	close(other);
	scene_free(s);
}

static void what_comes_at_the_wrong_time_changes_nothing(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s), *silent;
	int other;

	comes(c, "PING a\r\n");
	assert_int_equal(c->stage, STAGE_LOGIN); // a sign of life is no login
	conn_enter(c, STAGE_MOVING);
	conn_heard(c);
	assert_int_equal(c->stage, STAGE_MOVING);
	conn_enter(c, STAGE_LOGIN);
	conn_logged_in(c);
	conn_hold(c, false);
	assert_int_equal(c->stage, STAGE_IDLE);
	c = opened(s);
	conn_close(c, 0, PARTING_LEFT, SPAN("Left"));
	conn_hold(c, false);
	assert_int_equal(c->stage, STAGE_CLOSING);
	silent = connect_from(s, "192.0.2.1:1", &by_hand, &other);
	conn_give_credit(silent, 1);
	assert_false(is_in(&s->env.ready, &silent->ready));
	close(other);
	scene_free(s);
}

static void a_close_does_not_wake_a_socket_that_is_full(void **state UNUSED)
{
	for (int blocked = 0; blocked < 2; blocked++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);

		list_remove(&c->out);
		c->write_blocked = blocked;
		conn_close(c, 0, PARTING_LEFT, SPAN("Left"));
		assert_int_equal(is_in(&s->env.dirty, &c->out), !blocked);
		scene_free(s);
	}
}

static void an_empty_line_of_blanks_is_nothing(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	size_t before = hand.n_reads;

	comes(c, "  \r\n");
	assert_int_equal(events(s, INBOX_BAD), 0);
	assert_int_equal(events(s, INBOX_LINE), 0);
	assert_int_equal(hand.n_reads, before + 1);
	scene_free(s);
}

static void who_has_no_credit_is_not_read_on(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	c->credit = 1;
	hand.has_more = true;
	comes(c, "PING a\r\n");
	assert_false(is_in(&s->env.ready, &c->ready));
	assert_int_equal(events(s, INBOX_LINE), 1);
	scene_free(s);
}

static void nothing_is_flushed_without_words(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	list_remove(&c->out);
	comes(c, "PING a\r\n");
	assert_true(list_is_empty(&c->out));
	hand.has_words = true;
	hand.read = TLS_CLOSED;
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_DEAD);
	assert_true(list_is_empty(&c->out));
	scene_free(s);
}

static void whose_address_is_told_is_known_as_long_as_it_asks(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	assert_int_equal(c->told.len, 0);
	hand.asks = true;
	c = opened(s);
	assert_string_equal(buf_str(&c->told), "192.0.2.1");
	scene_free(s);
}

static size_t n_bound;

static void bind_it(const struct carrier *c UNUSED, struct tls_binding *out UNUSED)
{
	n_bound++;
}

static void what_binds_is_asked_where_anybody_wants_it(void **state UNUSED)
{
	static const struct transport bound = {HAND_TRANSPORT, .binding = bind_it};
	struct scene *s = scene_new();

	(void)opened_by(s, &bound);
	assert_int_equal(n_bound, 0);
	s->env.binds = true;
	(void)opened_by(s, &bound);
	assert_int_equal(n_bound, 1);
	(void)opened_by(s, &by_hand);
	assert_int_equal(n_bound, 1);
	scene_free(s);
}

static bool knows(const struct carrier *c UNUSED, struct web_question *asked UNUSED,
		  struct web_answer *answer)
{
	*answer = (struct web_answer){.status = 404};
	return false;
}

static void what_is_known_at_once_is_said_at_once(void **state UNUSED)
{
	struct transport knowing = by_hand;
	struct scene *s = scene_new();
	struct conn *c;

	knowing.question = knows;
	hand.asks = true;
	c = opened_by(s, &knowing);
	assert_int_equal(events(s, INBOX_ASKED), 0);
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "404\n");
	scene_free(s);
}

static void so_much_is_thrown_away_at_once(void **state UNUSED)
{
	static char bytes[2 * DISCARD_MAX];
	struct scene *s = scene_new();
	int other, size = 4 * DISCARD_MAX, left = 0;
	struct conn *c = connect_from(s, "192.0.2.1:1", &by_hand, &other);
	ssize_t sent;

	assert_int_equal(setsockopt(other, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	c->state = CONN_LINGERING;
	s->env.n_lingering = 1;
	sent = send(other, bytes, sizeof(bytes), 0);
	assert_true(sent > DISCARD_MAX + RECORD_MAX);
	ready(c, LOOP_READ);
	assert_int_equal(ioctl(c->fd, FIONREAD, &left), 0);
	assert_true(left > 0 && left < sent);
	assert_int_equal(c->state, CONN_LINGERING);
	close(other);
	scene_free(s);
}

// A descriptor on which nothing goes.
static void a_socket_that_fails_is_gone(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s), *d = opened(s);
	int fds[] = {c->fd, d->fd};

	c->state = CONN_LINGERING;
	s->env.n_lingering = 1;
	c->fd = d->fd = -1;
	ready(c, LOOP_READ);
	assert_int_equal(c->state, CONN_DEAD);
	conn_close(d, 0, PARTING_LEFT, SPAN("Left"));
	conn_flush(d);
	assert_int_equal(d->state, CONN_DEAD);
	c->fd = fds[0];
	d->fd = fds[1];
	scene_free(s);
}

// It takes what waited: slow, but alive.
static void a_socket_that_takes_again_is_a_sign_of_life(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	conn_logged_in(c);
	for (int blocked = 0; blocked < 2; blocked++) {
		c->since -= 1000;
		int64_t since = c->since;

		c->write_blocked = blocked;
		ready(c, LOOP_READ);
		assert_int_equal(c->write_blocked, blocked);
		assert_int_equal(c->since, since);
		ready(c, LOOP_WRITE);
		assert_false(c->write_blocked);
		assert_int_equal(c->since == since, !blocked);
	}
	scene_free(s);
}

static void whatever_waits_is_flushed_when_the_socket_is_ready(void **state UNUSED)
{
	for (int i = 0; i < 5; i++) {
		struct scene *s = scene_new();
		struct conn *c = opened(s);

		if (i == 1)
			queue(c, "x\r\n", 0, false);
		if (i == 2)
			outq_push(&c->aside, s->env.ping);
		c->carrier.has_words = i == 3;
		if (i == 4)
			conn_close(c, 9, PARTING_LEFT, SPAN("Left"));
		list_remove(&c->out);
		ready(c, LOOP_WRITE);
		assert_int_equal(is_in(&s->env.dirty, &c->out), i != 0);
		scene_free(s);
	}
}

static void who_is_late_for_our_sake_has_more_time(void **state UNUSED)
{
	struct scene *s = scene_new();
	int others[2];
	struct conn *a = connect_from(s, "192.0.2.1:1", &by_hand, &others[0]),
		    *b = connect_from(s, "192.0.2.1:2", &by_hand, &others[1]), *c = opened(s);

	a->was_put_off = true;
	a->accepted_at -= HANDSHAKE_MS;
	(void)conn_expire(&s->env);
	assert_ptr_equal(s->env.shaking.next, &b->shaking);
	assert_ptr_equal(s->env.shaking.prev, &a->shaking);
	c->was_put_off = true;
	conn_enter_since(c, STAGE_LOGIN, c->since - LOGIN_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(c->state, CONN_OPEN);
	assert_int_equal(c->since, loop_now(s->loop));
	assert_false(is_in(&s->env.shaking, &c->shaking));
	// Who has not even shaken hands is no late login.
	conn_enter_since(a, STAGE_LOGIN, a->since - LOGIN_MS);
	(void)conn_expire(&s->env);
	assert_int_equal(a->state, CONN_DEAD);
	assert_int_equal(s->counts.refused[IO_REFUSED_LATE], 0);
	assert_int_equal(s->counts.refused[IO_REFUSED_HANDSHAKE], 1);
	close(others[0]);
	close(others[1]);
	scene_free(s);
}

static void be_silent(struct scene *s, bool yes)
{
	int64_t now = clock_mono_ms();

	atomic_store(&s->proof.at_ms, yes ? now - PROOF_MS - 1000 : now + LONG_MS);
	silence_turn(&s->env);
}

static void who_waits_for_us_is_not_late_in_a_silence(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *login = opened(s), *idle = opened(s);
	int64_t now = loop_now(s->loop);

	conn_logged_in(idle);
	be_silent(s, true);
	login->since -= LOGIN_MS;
	idle->since -= PING_AFTER_MS;
	(void)conn_expire(&s->env);
	assert_int_equal(login->state, CONN_OPEN);
	assert_int_equal(idle->stage, STAGE_PONG);
	assert_int_equal(idle->aside.count, 1); // it passes
	assert_int_equal(idle->outq.count, 0);
	conn_flush(idle);
	assert_string_equal(buf_str(&hand.out), "PING :test.host\n");
	conn_heard(idle);
	idle->since -= 1000;
	s->env.wakes_at = INT64_MAX;
	conn_wait_anew(&s->env);
	assert_int_equal(login->since, now);
	assert_int_equal(idle->since, now - 1000);
	assert_int_equal(s->env.wakes_at, now + LOGIN_MS);
	be_silent(s, false);
	idle->since -= PING_AFTER_MS;
	(void)conn_expire(&s->env);
	assert_int_equal(idle->outq.count, 1);
	scene_free(s);
}

static void in_a_silence_what_has_nothing_waits_for_nothing(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);

	be_silent(s, true);
	conn_flush(c);
	assert_true(list_is_empty(&c->out));
	queue(c, "x\r\n", 0, false);
	conn_flush(c);
	assert_true(is_in(&s->env.held, &c->out));
	assert_int_equal(hand.out.len, 0);
	be_silent(s, false);
	assert_true(is_in(&s->env.dirty, &c->out));
	conn_flush(c);
	assert_string_equal(buf_str(&hand.out), "x\n");
	scene_free(s);
}

static void who_closes_drains_no_more(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	char *text = xcalloc(1, OUTQ_MAX + 1);

	memset(text, 'x', OUTQ_MAX - 2);
	memcpy(text + OUTQ_MAX - 2, "\r\n", 2);
	queue(c, text, 1, false);
	queue(c, "x\r\n", 1, false);
	assert_int_equal(events(s, INBOX_STALLED), 1);
	conn_close(c, 0, PARTING_LEFT, SPAN("Left"));
	s->env.durable = 1;
	conn_flush(c);
	assert_int_equal(events(s, INBOX_DRAINED), 0);
	free(text);
	scene_free(s);
}

static void only_who_has_credit_reads_on_behind_a_pause(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct conn *c = opened(s);
	char *text = xcalloc(1, OUTQ_PAUSE + 1);

	memset(text, 'x', OUTQ_PAUSE - 2);
	memcpy(text + OUTQ_PAUSE - 2, "\r\n", 2);
	queue(c, text, 0, false);
	c->credit = 0;
	conn_flush(c);
	assert_false(is_in(&s->env.ready, &c->ready));
	free(text);
	scene_free(s);
}

static void the_porch_is_left_as_time_passes(void **state UNUSED)
{
	struct scene *s = scene_new();
	struct net_address peer;
	int others[3];
	struct conn *last = NULL;

	s->env.porch_ms = 1;
	assert_true(net_parse(&peer, SPAN("192.0.2.1:1")));
	for (int i = 0; i < FAILURES_PER_SOURCE; i++)
		failures_note(&s->env.failures, net_source(&peer), net_source_wide(&peer),
			      loop_now(s->loop));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		last = connect_from(s, "192.0.2.1:1", &by_hand, &others[i]);
	assert_true(last->is_on_porch);
	WAIT_UNTIL(list_is_empty(&s->env.porch), (loop_turn(s->loop, 0), wait_step()));
	assert_false(last->is_on_porch);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		close(others[i]);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_is_counted_once),
		cmocka_unit_test(all_are_hung_up_on_in_the_end),
		cmocka_unit_test(an_address_of_ipv4_counts_once),
		cmocka_unit_test(a_proxy_does_not_stand_on_the_porch),
		cmocka_unit_test(what_comes_at_the_wrong_time_changes_nothing),
		cmocka_unit_test(a_close_does_not_wake_a_socket_that_is_full),
		cmocka_unit_test(an_empty_line_of_blanks_is_nothing),
		cmocka_unit_test(who_has_no_credit_is_not_read_on),
		cmocka_unit_test(nothing_is_flushed_without_words),
		cmocka_unit_test(whose_address_is_told_is_known_as_long_as_it_asks),
		cmocka_unit_test(what_binds_is_asked_where_anybody_wants_it),
		cmocka_unit_test(what_is_known_at_once_is_said_at_once),
		cmocka_unit_test(so_much_is_thrown_away_at_once),
		cmocka_unit_test(a_socket_that_fails_is_gone),
		cmocka_unit_test(a_socket_that_takes_again_is_a_sign_of_life),
		cmocka_unit_test(whatever_waits_is_flushed_when_the_socket_is_ready),
		cmocka_unit_test(who_is_late_for_our_sake_has_more_time),
		cmocka_unit_test(who_waits_for_us_is_not_late_in_a_silence),
		cmocka_unit_test(in_a_silence_what_has_nothing_waits_for_nothing),
		cmocka_unit_test(who_closes_drains_no_more),
		cmocka_unit_test(only_who_has_credit_reads_on_behind_a_pause),
		cmocka_unit_test(the_porch_is_left_as_time_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
