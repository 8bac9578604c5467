// SPDX-License-Identifier: MIT
#include "common/mailbox.h"

#include "common/clock.h"
#include "common/die.h"
#include "tests/support/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SENDERS 4
#define EACH 20000

struct note {
	struct letter letter;
	int sender;
	int number;
};

struct sender {
	struct mailbox *box;
	int id;
};

static struct letter *make(int kind)
{
	struct note *note = xcalloc(1, sizeof(*note));

	note->letter.kind = kind;
	return &note->letter;
}

static bool is_readable(const struct mailbox *m)
{
	struct pollfd p = {.fd = mailbox_fd(m), .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static int take_kinds(struct letter *letter)
{
	int digits = 0;

	while (letter) {
		struct letter *next = letter->next;

		digits = digits * 10 + letter->kind;
		free(container_of(letter, struct note, letter));
		letter = next;
	}
	return digits;
}

static void letters_come_oldest_first_and_all_at_once(void **state UNUSED)
{
	struct mailbox *m = mailbox_new();

	assert_null(mailbox_take(m));
	for (int i = 1; i <= 3; i++)
		mailbox_put(m, make(i));
	assert_int_equal(take_kinds(mailbox_take(m)), 123);
	assert_null(mailbox_take(m));
	mailbox_put(m, make(4));
	assert_int_equal(take_kinds(mailbox_take(m)), 4);
	mailbox_free(m);
	mailbox_free(NULL);
}

static void the_descriptor_is_readable_while_letters_wait(void **state UNUSED)
{
	struct mailbox *m = mailbox_new();

	assert_false(is_readable(m));
	mailbox_put(m, make(1));
	mailbox_put(m, make(2));
	assert_true(is_readable(m));
	assert_true(is_readable(m));
	take_kinds(mailbox_take(m));
	assert_false(is_readable(m));
	mailbox_put(m, make(1));
	take_kinds(mailbox_wait(m, -1));
	assert_false(is_readable(m));
	mailbox_free(m);
}

static void waiting_ends_when_its_time_is_over(void **state UNUSED)
{
	struct mailbox *m = mailbox_new();
	int64_t began = clock_mono_ms();

	assert_null(mailbox_wait(m, 0));
	assert_null(mailbox_wait(m, 30)); // time: it is what is waited for
	assert_true(clock_mono_ms() - began >= 29);
	mailbox_put(m, make(7));
	assert_int_equal(take_kinds(mailbox_wait(m, 0)), 7);
	mailbox_free(m);
}

static void *send_all(void *arg)
{
	struct sender *s = arg;

	for (int i = 0; i < EACH; i++) {
		struct note *note = xcalloc(1, sizeof(*note));

		note->sender = s->id;
		note->number = i;
		mailbox_put(s->box, &note->letter);
	}
	return NULL;
}

static int check_notes(struct letter *letter, int next_of[static SENDERS])
{
	int count = 0;

	while (letter) {
		struct note *note = container_of(letter, struct note, letter);

		assert_int_equal(note->number, next_of[note->sender]++);
		letter = letter->next;
		free(note);
		count++;
	}
	return count;
}

static struct letter *take_polled(struct mailbox *m)
{
	struct pollfd p = {.fd = mailbox_fd(m), .events = POLLIN};

	struct letter *all;

	// A ring may come behind the letters that it was for.
	do {
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		all = mailbox_take(m);
	} while (!all);
	return all;
}

static struct letter *take_waited(struct mailbox *m)
{
	return mailbox_wait(m, PATIENCE_MS);
}

static void receive_from_many(struct letter *(*take)(struct mailbox *m))
{
	struct mailbox *m = mailbox_new();
	struct sender senders[SENDERS];
	pthread_t threads[SENDERS];
	int next_of[SENDERS] = {0}, count = 0;

	for (int i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){m, i};
		pthread_create(&threads[i], NULL, send_all, &senders[i]);
	}
	while (count < SENDERS * EACH) {
		struct letter *all = take(m);

		assert_non_null(all);
		count += check_notes(all, next_of);
	}
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	assert_null(mailbox_take(m));
	assert_false(is_readable(m));
	mailbox_free(m);
}

// Proves B24.
static void a_poller_gets_every_letter_of_many_threads_in_order(void **state UNUSED)
{
	receive_from_many(take_polled);
}

static void a_waiter_gets_every_letter_of_many_threads_in_order(void **state UNUSED)
{
	receive_from_many(take_waited);
}

static void *put_late(void *box)
{
	usleep(50000); // time: the other one sleeps by then, if it can; the result is the same
	mailbox_put(box, make(5));
	return NULL;
}

static void a_sleeper_is_woken(void **state UNUSED)
{
	struct mailbox *m = mailbox_new();
	pthread_t thread;

	pthread_create(&thread, NULL, put_late, m);
	assert_int_equal(take_kinds(mailbox_wait(m, -1)), 5);
	pthread_join(thread, NULL);
	assert_false(is_readable(m));
	mailbox_free(m);
}

static void *put_one(void *box)
{
	mailbox_put(box, make(6));
	return NULL;
}

static atomic_int taken; // the kinds of it

static void *take_one(void *box)
{
	struct letter *all;

	while (!(all = mailbox_take(box)))
		sched_yield();
	taken = take_kinds(all);
	return NULL;
}

// The ring of a full descriptor lasts until somebody reads it. Were the box locked as long,
// nobody could take the letter.
static void who_is_woken_finds_the_box_open(void **state UNUSED)
{
	struct mailbox *m = mailbox_new();
	uint64_t count = UINT64_MAX - 1;
	pthread_t putter, taker;

	assert_int_equal(fcntl(mailbox_fd(m), F_SETFL, 0), 0);
	if (write(mailbox_fd(m), &count, sizeof(count)) != sizeof(count)) {
		mailbox_free(m);
		skip(); // a pipe, not an eventfd, which could be filled by its one end
	}
	pthread_create(&putter, NULL, put_one, m);
	pthread_create(&taker, NULL, take_one, m);
	WAIT_UNTIL(taken == 6, wait_step());
	pthread_join(putter, NULL);
	pthread_join(taker, NULL);
	assert_int_equal(read(mailbox_fd(m), &count, sizeof(count)), sizeof(count));
	mailbox_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_come_oldest_first_and_all_at_once),
		cmocka_unit_test(the_descriptor_is_readable_while_letters_wait),
		cmocka_unit_test(waiting_ends_when_its_time_is_over),
		cmocka_unit_test(a_poller_gets_every_letter_of_many_threads_in_order),
		cmocka_unit_test(a_waiter_gets_every_letter_of_many_threads_in_order),
		cmocka_unit_test(a_sleeper_is_woken),
		cmocka_unit_test(who_is_woken_finds_the_box_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
