// SPDX-License-Identifier: MIT
// What is registered in a loop is given back: hooks, signals, and the asserts that see to it.
#include "common/loop.h"

#include "common/die.h"
#include "tests/support/patience.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

// Somebody who hooks in, and who may take another's hook out when called.
struct guest {
	struct loop *loop;
	struct loop_hook *hook;
	struct guest *victim, *heir; // removed, and hooked in, by the call
	int calls;
};

static void on_call(void *arg)
{
	struct guest *g = arg;

	g->calls++;
	if (g->victim) {
		loop_hook_remove(g->victim->hook);
		g->victim->hook = NULL;
		g->victim = NULL;
	}
	if (g->heir) {
		g->heir->hook = loop_at_turn_end(g->loop, on_call, g->heir);
		g->heir = NULL;
	}
}

static void come(struct guest *g, struct loop *l)
{
	*g = (struct guest){.loop = l};
	g->hook = loop_at_turn_end(l, on_call, g);
}

static void leave(struct guest *g)
{
	loop_hook_remove(g->hook);
	g->hook = NULL;
}

static void expect_calls(struct guest *guests, int a, int b, int c)
{
	assert_int_equal(guests[0].calls, a);
	assert_int_equal(guests[1].calls, b);
	assert_int_equal(guests[2].calls, c);
}

static void a_hook_may_go_between_turns(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest guests[3];

	for (int i = 0; i < 3; i++)
		come(&guests[i], l);
	loop_turn(l, 0);
	leave(&guests[1]);
	loop_turn(l, 0);
	expect_calls(guests, 2, 1, 2);
	come(&guests[1], l);
	loop_turn(l, 0);
	expect_calls(guests, 3, 1, 3);
	for (int i = 0; i < 3; i++)
		leave(&guests[i]);
	loop_turn(l, 0);
	expect_calls(guests, 3, 1, 3);
	loop_hook_remove(NULL);
	loop_free(l);
}

// The one that is called takes out hook number `victim` of three.
static void check_removal(int victim, int a, int b, int c)
{
	struct loop *l = loop_new();
	struct guest guests[3];

	for (int i = 0; i < 3; i++)
		come(&guests[i], l);
	guests[1].victim = &guests[victim];
	loop_turn(l, 0);
	loop_turn(l, 0);
	expect_calls(guests, a, b, c);
	for (int i = 0; i < 3; i++)
		leave(&guests[i]);
	loop_free(l);
}

static void a_hook_may_remove_itself_and_others(void **state UNUSED)
{
	check_removal(0, 1, 2, 2); // it was called before
	check_removal(1, 2, 1, 2);
	check_removal(2, 2, 2, 0);
}

static void a_hook_may_leave_its_place_to_another(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest first, heir = {.loop = l};

	come(&first, l);
	first.victim = &first;
	first.heir = &heir;
	loop_turn(l, 0);
	loop_turn(l, 0);
	assert_int_equal(first.calls, 1);
	assert_int_equal(heir.calls, 2); // the walk of the first turn came to it
	leave(&heir);
	loop_free(l);
}

static void on_ready(void *arg, unsigned events UNUSED)
{
	on_call(arg);
}

static void handlers_of_descriptors_and_timers_may_remove_hooks(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest guests[3], by_fd = {.victim = &guests[0]},
				by_timer = {.victim = &guests[2]};
	struct loop_timer *timer = loop_timer_new(l, on_call, &by_timer);
	struct loop_fd *watch;
	int fds[2];

	for (int i = 0; i < 3; i++)
		come(&guests[i], l);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	watch = loop_add(l, fds[0], LOOP_WRITE, on_ready, &by_fd);
	loop_timer_set(timer, 0);
	loop_turn(l, PATIENCE_MS);
	expect_calls(guests, 0, 1, 0);
	leave(&guests[1]);
	loop_timer_free(timer);
	loop_remove(watch);
	close(fds[0]);
	close(fds[1]);
	loop_free(l);
}

// Two loops in one thread, each with hooks of its own: what goes of one, the other keeps.
static void two_loops_know_nothing_of_each_other(void **state UNUSED)
{
	struct loop *a = loop_new(), *b = loop_new();
	struct guest of_a, of_b, again;

	come(&of_a, a);
	come(&of_b, b);
	loop_turn(a, 0);
	leave(&of_a);
	loop_free(a);
	loop_turn(b, 0);
	a = loop_new();
	come(&again, a);
	loop_turn(a, 0);
	loop_turn(b, 0);
	assert_int_equal(of_a.calls, 1);
	assert_int_equal(of_b.calls, 2);
	assert_int_equal(again.calls, 1);
	leave(&of_b);
	loop_free(b);
	loop_turn(a, 0);
	assert_int_equal(again.calls, 2);
	leave(&again);
	loop_free(a);
}

static void wait_for(struct guest *g, struct loop *l, int signal_number)
{
	*g = (struct guest){.loop = l};
	g->hook = loop_on_signal(l, signal_number, on_call, g);
}

static void a_signal_removed_while_pending_waits_for_the_next(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest one, two;

	wait_for(&one, l, SIGUSR1);
	kill(getpid(), SIGUSR1);
	leave(&one);
	loop_turn(l, 0);
	loop_turn(l, 0);
	assert_int_equal(one.calls, 0);
	wait_for(&two, l, SIGUSR1);
	loop_turn(l, PATIENCE_MS);
	assert_int_equal(one.calls, 0);
	assert_int_equal(two.calls, 1);
	leave(&two);
	loop_free(l);
}

// Both signals are pending when the first handler runs.
static void a_handler_of_one_signal_may_remove_that_of_another(void **state UNUSED)
{
	struct loop *l = loop_new(), *next;
	struct guest one, two, heir;

	wait_for(&one, l, SIGUSR1);
	wait_for(&two, l, SIGUSR2);
	one.victim = &two;
	two.victim = &one;
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	loop_turn(l, PATIENCE_MS);
	loop_turn(l, 0);
	assert_int_equal(one.calls + two.calls, 1);
	leave(&one);
	leave(&two);
	loop_free(l);
	// What was not taken is another loop's now.
	next = loop_new();
	wait_for(&heir, next, one.calls ? SIGUSR2 : SIGUSR1);
	loop_turn(next, PATIENCE_MS);
	assert_int_equal(heir.calls, 1);
	leave(&heir);
	loop_free(next);
}

static void several_wait_for_one_signal_and_one_may_go(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest guests[3];

	for (int i = 0; i < 3; i++)
		wait_for(&guests[i], l, SIGUSR1);
	guests[0].victim = &guests[1];
	kill(getpid(), SIGUSR1);
	loop_turn(l, PATIENCE_MS);
	expect_calls(guests, 1, 0, 1);
	guests[2].victim = &guests[2];
	kill(getpid(), SIGUSR1);
	loop_turn(l, PATIENCE_MS);
	expect_calls(guests, 2, 0, 2);
	kill(getpid(), SIGUSR1);
	loop_turn(l, PATIENCE_MS);
	expect_calls(guests, 3, 0, 2);
	leave(&guests[0]);
	loop_free(l);
}

// Who takes a signal out of the loop's hands keeps it, whatever goes meanwhile.
static void to_remove_blocks_nothing(void **state UNUSED)
{
	struct loop *l = loop_new();
	struct guest one, two;
	sigset_t both, blocked;

	wait_for(&one, l, SIGUSR1);
	wait_for(&two, l, SIGUSR2);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	pthread_sigmask(SIG_UNBLOCK, &both, &blocked);
	assert_true(sigismember(&blocked, SIGUSR1) && sigismember(&blocked, SIGUSR2));
	leave(&one);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGUSR1) || sigismember(&blocked, SIGUSR2));
	leave(&two);
	loop_free(l);
}

// In a child, since it ends: true when an assert did it. Where asserts are left out, as they are
// where branches are counted, nothing is forbidden.
static bool is_forbidden(void (*deed)(struct loop *))
{
#ifdef NDEBUG
	skip();
#endif
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct loop *l = loop_new();

		// What the assert says is not of interest, and cmocka catches no signal here.
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		deed(l);
		loop_free(l);
		_exit(0);
	}
	assert_true(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void do_nothing(struct loop *l)
{
	loop_turn(l, 0);
}

static struct loop_fd *leave_watch(struct loop *l, unsigned kind)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	return loop_add(l, fds[0], LOOP_READ | kind, on_ready, NULL);
}

static void forget_watch(struct loop *l)
{
	leave_watch(l, 0);
}

static void forget_one_of_many(struct loop *l)
{
	leave_watch(l, LOOP_MANY);
}

static void remove_watches(struct loop *l)
{
	loop_remove(leave_watch(l, 0));
	loop_turn(l, 0);
	loop_remove(leave_watch(l, LOOP_MANY));
}

static void forget_timer(struct loop *l)
{
	struct loop_timer *timer UNUSED = loop_timer_new(l, on_call, NULL);
}

static void forget_hook(struct loop *l)
{
	struct loop_hook *hook UNUSED = loop_at_turn_end(l, on_call, NULL);
}

static void forget_signal(struct loop *l)
{
	struct loop_hook *hook UNUSED = loop_on_signal(l, SIGUSR1, on_call, NULL);
}

static void turn_again(void *arg)
{
	loop_turn(arg, 0);
}

static void turn_in_a_turn(struct loop *l)
{
	struct loop_hook *hook = loop_at_turn_end(l, turn_again, l);

	loop_turn(l, 0);
	loop_hook_remove(hook);
}

static void end(void *arg)
{
	loop_free(arg);
}

static void free_in_a_turn(struct loop *l)
{
	struct loop_timer *timer = loop_timer_new(l, end, l);

	loop_timer_set(timer, 0);
	loop_turn(l, PATIENCE_MS);
	loop_timer_free(timer);
}

static void what_is_left_inside_is_seen(void **state UNUSED)
{
	assert_false(is_forbidden(do_nothing));
	assert_false(is_forbidden(remove_watches));
	assert_true(is_forbidden(forget_watch));
	assert_true(is_forbidden(forget_one_of_many));
	assert_true(is_forbidden(forget_timer));
	assert_true(is_forbidden(forget_hook));
	assert_true(is_forbidden(forget_signal));
}

static void no_handler_turns_or_frees_its_loop(void **state UNUSED)
{
	assert_true(is_forbidden(turn_in_a_turn));
	assert_true(is_forbidden(free_in_a_turn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hook_may_go_between_turns),
		cmocka_unit_test(a_hook_may_remove_itself_and_others),
		cmocka_unit_test(a_hook_may_leave_its_place_to_another),
		cmocka_unit_test(handlers_of_descriptors_and_timers_may_remove_hooks),
		cmocka_unit_test(two_loops_know_nothing_of_each_other),
		cmocka_unit_test(a_signal_removed_while_pending_waits_for_the_next),
		cmocka_unit_test(a_handler_of_one_signal_may_remove_that_of_another),
		cmocka_unit_test(several_wait_for_one_signal_and_one_may_go),
		cmocka_unit_test(to_remove_blocks_nothing),
		cmocka_unit_test(what_is_left_inside_is_seen),
		cmocka_unit_test(no_handler_turns_or_frees_its_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
