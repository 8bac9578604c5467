// SPDX-License-Identifier: MIT
// 1. What is removed is freed at the end of the turn: events already fetched for a loop_fd
//    still find it, marked dead; a walk over the hooks goes on from one that is gone.
// 2. Slots of the poll set are emptied at once and closed up at the start of the next
//    turn, so that indexes hold while handlers run.
// 3. Who asks for no events is in neither set: a hang-up would be reported for ever.
// 4. A timer set by a handler runs in a later turn, even with no delay.
// 5. A turn lasts from poll()'s return to its next call. How long is known from the two
//    clock reads that timers need anyway.
#include "common/loop.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/list.h"
#include "common/longest.h"
#include "common/loop_hook.h"
#include "common/loop_system.h"
#include "common/loop_timer.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH 256 // events of many a turn; more wait for the next
#define NO_SLOT UINT32_MAX

struct loop_fd {
	struct list link; // of loop->fds, or loop->dead
	struct loop *loop;
	loop_fd_fn *fn;
	void *arg;
	uint32_t slot; // in the poll set
	int fd;
	uint8_t events;
	bool is_many;
	bool is_in_many;
	bool is_dead;
};

struct loop {
	struct list fds;
	struct list dead;
	struct pollfd *polls;
	struct loop_fd **owners; // of polls, NULL: an empty slot
	size_t n_polls, polls_cap;
	bool has_gaps;
	struct loop_fd *many;    // NULL: there are none yet, or the system has no such thing
	struct loop_fd *signals; // the same
	sigset_t wanted;         // signals
	struct hooks on_signal;
	struct hooks at_end;
	struct timers timers;
	int64_t now_us;         // when this turn began
	struct longest longest; // turn
	bool has_turned;
	bool is_turning;
	bool is_stopped;
	bool is_busy;
	unsigned rest_us; // before the next turn looks for events
};

struct loop *loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	list_init(&l->fds);
	list_init(&l->dead);
	hooks_init(&l->on_signal);
	hooks_init(&l->at_end);
	sigemptyset(&l->wanted);
	l->now_us = clock_mono_us();
	return l;
}

static void bury(struct loop *l)
{
	list_for_each_safe(item, after, &l->dead) {
		list_remove(item);
		free(container_of(item, struct loop_fd, link));
	}
	hooks_bury(&l->at_end);
	hooks_bury(&l->on_signal);
}

// The loop's own descriptors.
static void drop_own(struct loop_fd *f)
{
	if (!f)
		return;
	loop_remove(f);
	close(f->fd);
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	assert(!l->is_turning);
	drop_own(l->many);
	drop_own(l->signals);
	bury(l);
	assert(list_is_empty(&l->fds) && "a descriptor is still watched");
	assert(list_is_empty(&l->at_end.all) && "a hook is still there");
	assert(list_is_empty(&l->on_signal.all) && "a signal is still waited for");
	timers_clear(&l->timers);
	free(l->polls);
	free(l->owners);
	free(l);
}

// Descriptors.

static void add_slot(struct loop_fd *f)
{
	struct loop *l = f->loop;

	if (l->n_polls == l->polls_cap) {
		l->polls_cap = l->polls_cap ? l->polls_cap * 2 : 8;
		l->polls = xreallocarray(l->polls, l->polls_cap, sizeof(*l->polls));
		l->owners = xreallocarray(l->owners, l->polls_cap, sizeof(struct loop_fd *));
	}
	f->slot = (uint32_t)l->n_polls++;
	l->polls[f->slot] = (struct pollfd){.fd = f->fd};
	l->owners[f->slot] = f;
}

static void drop_slot(struct loop_fd *f)
{
	if (f->slot == NO_SLOT)
		return;
	f->loop->polls[f->slot] = (struct pollfd){.fd = -1};
	f->loop->owners[f->slot] = NULL;
	f->loop->has_gaps = true;
	f->slot = NO_SLOT;
}

static void close_gaps(struct loop *l)
{
	size_t to = 0;

	for (size_t i = 0; l->has_gaps && i < l->n_polls; i++) {
		if (!l->owners[i])
			continue;
		l->polls[to] = l->polls[i];
		l->owners[to] = l->owners[i];
		l->owners[to]->slot = (uint32_t)to;
		to++;
	}
	if (l->has_gaps)
		l->n_polls = to;
	l->has_gaps = false;
}

static void set_poll(struct loop_fd *f)
{
	if (!f->events) {
		drop_slot(f);
		return;
	}
	if (f->slot == NO_SLOT)
		add_slot(f);
	f->loop->polls[f->slot].events = (short)((f->events & LOOP_READ ? POLLIN : 0) |
						 (f->events & LOOP_WRITE ? POLLOUT : 0));
}

// False when it cannot stand there: then it goes into the poll set.
static bool set_many(struct loop_fd *f)
{
	if (!many_set(f->loop->many->fd, f->fd, f, f->is_in_many, f->events))
		return false;
	f->is_in_many = f->events;
	return true;
}

static void watch(struct loop_fd *f)
{
	if (f->is_many && set_many(f))
		return;
	f->is_many = false;
	set_poll(f);
}

static void call(struct loop_fd *f, bool can_read, bool can_write, bool has_ended)
{
	unsigned ready = has_ended ? f->events
				   : f->events & ((can_read ? LOOP_READ : 0U) |
						  (can_write ? LOOP_WRITE : 0U));

	if (ready && !f->is_dead)
		f->fn(f->arg, ready);
}

static void on_many(void *arg, unsigned events UNUSED)
{
	struct loop *l = arg;
	struct many_ready ready[BATCH];
	int count = many_take(l->many->fd, ready, BATCH);

	for (int i = 0; i < count; i++)
		call(ready[i].owner, ready[i].events & LOOP_READ, ready[i].events & LOOP_WRITE,
		     ready[i].has_ended);
}

static struct loop_fd *add(struct loop *l, int fd, unsigned events, loop_fd_fn *fn, void *arg)
{
	struct loop_fd *f = xcalloc(1, sizeof(*f));

	assert(fd >= 0);
	*f = (struct loop_fd){
		.loop = l,
		.fn = fn,
		.arg = arg,
		.slot = NO_SLOT,
		.fd = fd,
		.events = (uint8_t)(events & (LOOP_READ | LOOP_WRITE)),
		.is_many = events & LOOP_MANY,
	};
	list_add(&l->fds, &f->link);
	watch(f);
	return f;
}

static bool has_many(struct loop *l)
{
	int fd = l->many ? -1 : many_new();

	if (fd >= 0)
		l->many = add(l, fd, LOOP_READ, on_many, l);
	return l->many;
}

struct loop_fd *loop_add(struct loop *l, int fd, unsigned events, loop_fd_fn *fn, void *arg)
{
	if (events & LOOP_MANY && !has_many(l))
		events &= ~(unsigned)LOOP_MANY;
	return add(l, fd, events, fn, arg);
}

void loop_change(struct loop_fd *f, unsigned events)
{
	events &= LOOP_READ | LOOP_WRITE;
	if (events == f->events)
		return;
	f->events = (uint8_t)events;
	watch(f);
}

void loop_remove(struct loop_fd *f)
{
	if (!f || f->is_dead)
		return;
	f->events = 0;
	watch(f);
	f->is_dead = true;
	list_remove(&f->link);
	list_add(&f->loop->dead, &f->link);
}

// Timers.

struct loop_timer *loop_timer_new(struct loop *l, loop_fn *fn, void *arg)
{
	struct loop_timer *t = xcalloc(1, sizeof(*t));

	*t = (struct loop_timer){.all = &l->timers, .fn = fn, .arg = arg};
	l->timers.made++;
	return t;
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	timers_remove(t);
	t->all->made--;
	free(t);
}

void loop_timer_set(struct loop_timer *t, int64_t delay_ms)
{
	int64_t at;

	if (__builtin_add_overflow(clock_mono_ms(), delay_ms < 0 ? 0 : delay_ms, &at))
		at = INT64_MAX;
	timers_put(t, at);
}

void loop_timer_stop(struct loop_timer *t)
{
	timers_remove(t);
}

static void run_timers(struct loop *l)
{
	uint64_t before = l->timers.serial;
	struct loop_timer *t;

	while ((t = timers_first(&l->timers)) && t->at_ms <= loop_now(l) &&
	       t->serial <= before) {
		timers_remove(t);
		t->fn(t->arg);
	}
}

// Hooks.

static void take_signals(struct loop *l)
{
	int number;

	while ((number = signals_take(l->signals ? l->signals->fd : -1, &l->wanted)))
		hooks_call(&l->on_signal, number);
}

static void on_signals(void *arg, unsigned events UNUSED)
{
	take_signals(arg);
}

// What is taken is what somebody waits for: the rest stays pending.
static void watch_signals(struct loop *l)
{
	int fd;

	sigemptyset(&l->wanted);
	list_for_each(item, &l->on_signal.all) {
		const struct loop_hook *h = container_of(item, struct loop_hook, link);

		if (h->fn)
			sigaddset(&l->wanted, h->signal_number);
	}
	fd = signals_want(l->signals ? l->signals->fd : -1, &l->wanted);
	if (fd >= 0 && !l->signals)
		l->signals = add(l, fd, LOOP_READ, on_signals, l);
}

struct loop_hook *loop_on_signal(struct loop *l, int signal_number, loop_fn *fn, void *arg)
{
	struct loop_hook hook = {
		.loop = l, .fn = fn, .arg = arg, .signal_number = signal_number};
	struct loop_hook *h = hooks_add(&l->on_signal, &hook);
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, signal_number);
	pthread_sigmask(SIG_BLOCK, &one, NULL);
	watch_signals(l);
	return h;
}

struct loop_hook *loop_at_turn_end(struct loop *l, loop_fn *fn, void *arg)
{
	return hooks_add(&l->at_end, &(struct loop_hook){.loop = l, .fn = fn, .arg = arg});
}

void loop_hook_remove(struct loop_hook *h)
{
	if (!h || !h->fn)
		return;
	h->fn = NULL;
	h->among->has_dead = true;
	if (h->signal_number)
		watch_signals(h->loop);
}

// Turns.

static int time_to_wait(const struct loop *l, int timeout_ms, int64_t now_us)
{
	const struct loop_timer *t = timers_first(&l->timers);
	int64_t wait;

	if (l->is_busy)
		return 0;
	if (!t)
		return timeout_ms;
	wait = t->at_ms - now_us / 1000;
	if (wait < 0)
		wait = 0;
	if (timeout_ms >= 0 && timeout_ms < wait)
		return timeout_ms;
	return wait > INT32_MAX ? INT32_MAX : (int)wait;
}

static void run_polled(struct loop *l)
{
	size_t count = l->n_polls;

	for (size_t i = 0; i < count; i++) {
		short got = l->polls[i].revents;

		if (!got || !l->owners[i])
			continue;
		l->polls[i].revents = 0;
		call(l->owners[i], got & POLLIN, got & POLLOUT,
		     got & (POLLERR | POLLHUP | POLLNVAL));
	}
}

void loop_turn(struct loop *l, int timeout_ms)
{
	int64_t end_us;
	int wait, count;

	assert(!l->is_turning && "a handler turns the loop");
	l->is_turning = true;
	close_gaps(l);
	end_us = clock_mono_us();
	if (l->has_turned)
		longest_note(&l->longest, end_us, end_us - l->now_us);
	l->has_turned = true;
	wait = time_to_wait(l, timeout_ms, end_us);
	if (l->rest_us && !l->is_busy)
		usleep(l->rest_us);
	l->rest_us = 0;
	l->is_busy = false;
	count = system_poll(l->polls, l->n_polls, wait, &l->wanted);
	l->now_us = clock_mono_us();
	if (count > 0)
		run_polled(l);
	else if (count < 0)
		take_signals(l);
	run_timers(l);
	hooks_call(&l->at_end, 0);
	bury(l);
	l->is_turning = false;
}

void loop_run(struct loop *l)
{
	while (!l->is_stopped)
		loop_turn(l, -1);
	l->is_stopped = false;
}

void loop_stop(struct loop *l)
{
	l->is_stopped = true;
}

void loop_again(struct loop *l)
{
	l->is_busy = true;
}

void loop_rest(struct loop *l, unsigned us)
{
	l->rest_us = us;
}

int64_t loop_now(const struct loop *l)
{
	return l->now_us / 1000;
}

int64_t loop_longest_us(const struct loop *l)
{
	return l->longest.ever_us;
}

int64_t loop_longest_lately_us(const struct loop *l)
{
	return longest_lately(&l->longest, l->now_us);
}
