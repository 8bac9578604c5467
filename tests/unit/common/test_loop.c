// SPDX-License-Identifier: MIT
#include "common/loop.h"

#include "common/clock.h"
#include "tests/support/wait.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

// A socketpair whose near end is watched.
struct wire {
	struct loop *loop;
	struct loop_fd *watch;
	struct wire *victim; // removed by the handler
	int near, far;
	int calls;
	unsigned events;
};

static void on_wire(void *arg, unsigned events)
{
	struct wire *w = arg;
	char byte;

	w->calls++;
	w->events = events;
	if (events & LOOP_READ && read(w->near, &byte, 1) < 1)
		loop_change(w->watch, 0);
	if (w->victim) {
		loop_remove(w->victim->watch);
		w->victim->watch = NULL;
	}
}

static void open_wire(struct wire *w, struct loop *l, unsigned events)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	*w = (struct wire){.loop = l, .near = fds[0], .far = fds[1]};
	w->watch = loop_add(l, w->near, events, on_wire, w);
}

static void close_wire(struct wire *w)
{
	loop_remove(w->watch);
	close(w->near);
	close(w->far);
}

static void send_byte(struct wire *w)
{
	assert_int_equal(write(w->far, "x", 1), 1);
}

static void count(void *arg)
{
	++*(int *)arg;
}

// Neither sooner, nor never.
static void a_timer_goes_off_when_it_is_due(void **state UNUSED)
{
	struct loop *l = loop_new();
	int n_late = 0, n_due = 0;
	struct loop_timer *late = loop_timer_new(l, count, &n_late);
	struct loop_timer *due = loop_timer_new(l, count, &n_due);

	for (int i = 0; i < 4; i++) {
		loop_timer_set(late, i % 2 ? INT64_MAX : PATIENCE_MS);
		loop_turn(l, 0);
	}
	assert_int_equal(n_late, 0);
	loop_timer_set(due, 1);
	wait_step();
	loop_turn(l, -1); // it is overdue: there is nothing to wait for
	assert_int_equal(n_due, 1);
	assert_int_equal(n_late, 0);
	loop_timer_free(late);
	loop_timer_free(due);
	loop_free(l);
}

static void check_kind(unsigned kind)
{
	struct loop *l = loop_new();
	struct wire a, b;

	open_wire(&a, l, LOOP_READ | kind);
	open_wire(&b, l, LOOP_READ | LOOP_WRITE | kind);
	loop_turn(l, 0);
	assert_int_equal(a.calls, 0);
	assert_int_equal(b.events, LOOP_WRITE);
	send_byte(&a);
	send_byte(&b);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(a.calls, 1);
	assert_int_equal(a.events, LOOP_READ);
	assert_int_equal(b.events, LOOP_READ | LOOP_WRITE);
	loop_change(b.watch, LOOP_READ);
	loop_turn(l, 0);
	assert_int_equal(b.calls, 2);
	loop_change(a.watch, 0);
	send_byte(&a);
	loop_turn(l, 0);
	assert_int_equal(a.calls, 1);
	loop_change(a.watch, LOOP_READ);
	loop_turn(l, 0);
	assert_int_equal(a.calls, 2);
	close_wire(&a);
	close_wire(&b);
	loop_free(l);
}

static void descriptors_are_called_when_ready(void **state UNUSED)
{
	check_kind(0);
	check_kind(LOOP_MANY);
}

static void check_hang_up(unsigned kind)
{
	struct loop *l = loop_new();
	struct wire w;

	open_wire(&w, l, LOOP_READ | LOOP_WRITE | kind);
	close(w.far);
	w.far = dup(w.near);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(w.events, LOOP_READ | LOOP_WRITE);
	assert_int_equal(w.calls, 1);
	// The handler asks for nothing any more: no hang-up is told again and again.
	loop_turn(l, 0);
	loop_turn(l, STEP_MS);
	assert_int_equal(w.calls, 1);
	close_wire(&w);
	loop_free(l);
}

static void a_hang_up_is_ready_for_all_that_was_asked(void **state UNUSED)
{
	check_hang_up(0);
	check_hang_up(LOOP_MANY);
}

static void check_removal(unsigned kind)
{
	struct loop *l = loop_new();
	struct wire a, b;

	open_wire(&a, l, LOOP_READ | kind);
	open_wire(&b, l, LOOP_READ | kind);
	a.victim = &b;
	b.victim = &a;
	send_byte(&a);
	send_byte(&b);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(a.calls + b.calls, 1);
	loop_turn(l, 0);
	assert_int_equal(a.calls + b.calls, 1);
	close_wire(&a);
	close_wire(&b);
	loop_free(l);
}

static void a_handler_may_remove_another_that_is_ready(void **state UNUSED)
{
	check_removal(0);
	check_removal(LOOP_MANY);
}

static void check_own_removal(unsigned kind)
{
	struct loop *l = loop_new();
	struct wire w;

	open_wire(&w, l, LOOP_READ | kind);
	w.victim = &w;
	send_byte(&w);
	send_byte(&w);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(w.calls, 1);
	w.victim = NULL;
	close_wire(&w);
	loop_free(l);
}

static void a_handler_may_remove_itself(void **state UNUSED)
{
	check_own_removal(0);
	check_own_removal(LOOP_MANY);
}

static void thousands_stand_behind_one_descriptor(void **state UNUSED)
{
	enum { COUNT = 400 };
	struct loop *l = loop_new();
	struct wire *wires = calloc(COUNT, sizeof(*wires));

	for (int i = 0; i < COUNT; i++)
		open_wire(&wires[i], l, LOOP_READ | LOOP_MANY);
	for (int i = 0; i < COUNT; i++)
		send_byte(&wires[i]);
	// More than one batch: nobody is forgotten.
	for (int i = 0; i < 4; i++)
		loop_turn(l, 0);
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(wires[i].calls, 1);
		close_wire(&wires[i]);
	}
	free(wires);
	loop_free(l);
}

static void a_plain_file_is_always_ready_even_among_many(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct wire w = {.loop = l, .near = open("/proc/self/stat", O_RDONLY)};

	w.watch = loop_add(l, w.near, LOOP_READ | LOOP_MANY, on_wire, &w);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(w.calls, 1);
	loop_remove(w.watch);
	close(w.near);
	loop_free(l);
}

struct alarm {
	struct loop_timer *timer, *other;
	int *order;
	int id;
	int calls;
};

static void on_alarm(void *arg)
{
	struct alarm *a = arg;

	a->calls++;
	if (a->order)
		*a->order = *a->order * 10 + a->id;
	if (a->other)
		loop_timer_stop(a->other);
}

static void timers_go_off_in_order(void **state UNUSED)
{
	const int delays[] = {150, 50, 100, 50, 0, 500, 50};
	struct alarm alarms[ARRAY_LEN(delays)];
	struct loop *l = loop_new();
	int order = 0;

	for (int i = 0; i < (int)ARRAY_LEN(delays); i++) {
		alarms[i] = (struct alarm){.order = &order, .id = i + 1};
		alarms[i].timer = loop_timer_new(l, on_alarm, &alarms[i]);
		loop_timer_set(alarms[i].timer, delays[i]);
	}
	loop_timer_stop(alarms[5].timer);
	wait_behind_timer(l, 500);
	assert_true(order == 524731);
	assert_int_equal(alarms[5].calls, 0);
	for (size_t i = 0; i < ARRAY_LEN(delays); i++)
		loop_timer_free(alarms[i].timer);
	loop_timer_free(NULL);
	loop_free(l);
}

static void a_timer_ends_the_sleep(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct alarm a = {0};
	int64_t began = clock_mono_ms();

	a.timer = loop_timer_new(l, on_alarm, &a);
	loop_timer_set(a.timer, 30);
	loop_timer_set(a.timer, 20);
	while (!a.calls)
		loop_turn(l, PATIENCE_MS);
	assert_true(clock_mono_ms() - began >= 20 && clock_mono_ms() - began < PATIENCE_MS);
	assert_true(loop_now(l) - began >= 20);
	wait_behind_timer(l, 30);
	assert_int_equal(a.calls, 1);
	loop_timer_free(a.timer);
	loop_free(l);
}

static void a_timer_may_stop_another_that_is_due(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct alarm a = {0}, b = {0};

	a.timer = loop_timer_new(l, on_alarm, &a);
	b.timer = loop_timer_new(l, on_alarm, &b);
	a.other = b.timer;
	loop_timer_set(a.timer, 0);
	loop_timer_set(b.timer, 0);
	WAIT_UNTIL(a.calls, loop_turn(l, STEP_MS));
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 0);
	loop_timer_free(a.timer);
	loop_timer_free(b.timer);
	loop_free(l);
}

static void a_rest_comes_once_before_the_next_turn_unless_work_is_left(void **state UNUSED)
{
	struct loop *l = loop_new();
	int64_t began = clock_mono_us();

	loop_rest(l, 20000);
	loop_turn(l, 0);
	assert_true(clock_mono_us() - began >= 20000);
	began = clock_mono_us();
	loop_turn(l, 0);
	loop_rest(l, PATIENCE_MS * 1000L);
	loop_again(l);
	loop_turn(l, 0);
	assert_true(clock_mono_us() - began < PATIENCE_MS * 1000L);
	loop_free(l);
}

static void set_again(void *arg)
{
	struct alarm *a = arg;

	a->calls++;
	loop_timer_set(a->timer, 0);
}

static void a_timer_that_sets_itself_runs_once_a_turn(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct alarm a = {0};

	a.timer = loop_timer_new(l, set_again, &a);
	loop_timer_set(a.timer, 0);
	for (int i = 0; i < 5; i++)
		loop_turn(l, PATIENCE_MS);
	assert_int_equal(a.calls, 5);
	loop_timer_free(a.timer);
	loop_free(l);
}

static void many_random_timers_go_off_when_due(void **state UNUSED)
{
	enum { COUNT = 1000 };
	struct loop *l = loop_new();
	struct alarm *alarms = calloc(COUNT, sizeof(*alarms));
	uint32_t seed = 3;

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < COUNT; i++) {
			seed = seed * 1664525 + 1013904223;
			if (!alarms[i].timer)
				alarms[i].timer = loop_timer_new(l, on_alarm, &alarms[i]);
			if (seed >> 30 == 0)
				loop_timer_stop(alarms[i].timer);
			else
				loop_timer_set(alarms[i].timer, seed >> 10 & 63);
		}
	}
	wait_behind_timer(l, 64);
	seed = 3;
	for (int i = 0; i < 4 * COUNT; i++)
		seed = seed * 1664525 + 1013904223;
	for (int i = 0; i < COUNT; i++) {
		seed = seed * 1664525 + 1013904223;
		assert_int_equal(alarms[i].calls, seed >> 30 == 0 ? 0 : 1);
		loop_timer_free(alarms[i].timer);
	}
	free(alarms);
	loop_free(l);
}

// Proves B24.
static void signals_reach_their_handlers(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct alarm a = {0}, b = {0};

	struct loop_hook *hooks[] = {loop_on_signal(l, SIGUSR1, on_alarm, &a),
				     loop_on_signal(l, SIGUSR2, on_alarm, &b)};

	kill(getpid(), SIGUSR1);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 0);
	kill(getpid(), SIGUSR2);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(b.calls, 1);
	loop_hook_remove(hooks[0]);
	loop_hook_remove(hooks[1]);
	loop_free(l);
}

struct ender {
	struct loop *loop;
	int calls, left;
};

static void on_end(void *arg)
{
	struct ender *e = arg;

	e->calls++;
	if (e->left && e->left--)
		loop_again(e->loop);
	else
		loop_stop(e->loop);
}

static void the_end_of_a_turn_may_ask_for_another(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct ender e = {l, 0, 3};
	struct alarm second = {0};
	struct loop_hook *hooks[] = {loop_at_turn_end(l, on_end, &e),
				     loop_at_turn_end(l, on_alarm, &second)};

	loop_again(l);
	loop_run(l);
	assert_int_equal(e.calls, 4);
	assert_int_equal(second.calls, 4);
	loop_hook_remove(hooks[0]);
	loop_hook_remove(hooks[1]);
	loop_free(l);
	loop_free(NULL);
}

// Of the two turns that are measured.
#define BUSY_US 100000
#define WAIT_MS 300
#define WAITED_US (WAIT_MS * 1000 - 2000) // at least: clocks are rounded

static void on_busy(void *arg)
{
	struct ender *e = arg;

	if (e->calls++ == 1)
		usleep(BUSY_US); // time: a turn that takes some
}

static void the_longest_turn_is_known_and_waiting_is_no_part_of_it(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct ender e = {l, 0, 0};
	struct loop_hook *hook = loop_at_turn_end(l, on_busy, &e);

	usleep(BUSY_US); // time: a start that takes its own is no turn
	// However long the rest takes, what was waited is no part of it.
	int64_t began = clock_mono_us();
	loop_turn(l, WAIT_MS); // time: it waits for nothing
	loop_turn(l, 0);
	assert_true(loop_longest_us(l) <= clock_mono_us() - began - WAITED_US);
	loop_turn(l, 0);
	assert_true(loop_longest_us(l) >= BUSY_US);
	assert_true(loop_longest_us(l) <= clock_mono_us() - began - WAITED_US);
	assert_true(loop_longest_lately_us(l) == loop_longest_us(l));
	loop_hook_remove(hook);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timer_goes_off_when_it_is_due),
		cmocka_unit_test(descriptors_are_called_when_ready),
		cmocka_unit_test(a_hang_up_is_ready_for_all_that_was_asked),
		cmocka_unit_test(a_handler_may_remove_another_that_is_ready),
		cmocka_unit_test(a_handler_may_remove_itself),
		cmocka_unit_test(thousands_stand_behind_one_descriptor),
		cmocka_unit_test(a_plain_file_is_always_ready_even_among_many),
		cmocka_unit_test(timers_go_off_in_order),
		cmocka_unit_test(a_timer_ends_the_sleep),
		cmocka_unit_test(a_timer_may_stop_another_that_is_due),
		cmocka_unit_test(a_timer_that_sets_itself_runs_once_a_turn),
		cmocka_unit_test(many_random_timers_go_off_when_due),
		cmocka_unit_test(signals_reach_their_handlers),
		cmocka_unit_test(a_rest_comes_once_before_the_next_turn_unless_work_is_left),
		cmocka_unit_test(the_end_of_a_turn_may_ask_for_another),
		cmocka_unit_test(the_longest_turn_is_known_and_waiting_is_no_part_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
