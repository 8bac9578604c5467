// SPDX-License-Identifier: MIT
// The queue of passwords by itself: ranks, bounds, places that are kept, and what is told.
#include "server/hub/journal/hash_queue.h"
#include "server/hub/state/session.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct hub *hub_with(void **state, unsigned n_hashers, int64_t waiting)
{
	struct fixture *f = *state;

	f->hub->config.n_hashers = n_hashers;
	f->hub->config.logins_waiting = waiting;
	return f->hub;
}

// Each is known again by its ticket.
static struct hash_job *job_of(ticket_id ticket, enum hash_rank rank, uint64_t weighs_on)
{
	struct hash_job *job = hash_job_new(HASH_VERIFY, ticket, "x", 1);

	job->rank = rank;
	job->weighs_on = weighs_on;
	return job;
}

static void add(struct hub *h, ticket_id ticket, enum hash_rank rank, uint64_t weighs_on)
{
	hash_queue_add(h, NULL, job_of(ticket, rank, weighs_on), NULL, NULL);
}

// The ticket of the next that left for the hashers, which is then done; 0: none left.
static ticket_id leaves(struct hub *h, int64_t took_ms)
{
	struct letter *l;
	struct hash_job *job;
	ticket_id ticket;

	if (!h->out.jobs)
		hash_queue_run(h);
	l = letter_take(&h->out.jobs);
	if (!h->out.jobs)
		h->jobs_end = &h->out.jobs;
	if (!l)
		return 0;
	job = container_of(l, struct hash_job, letter);
	job->took_ms = took_ms;
	ticket = job->ticket;
	hash_queue_done(h, job);
	hash_job_free(job);
	return ticket;
}

// They leave in this order, and no other does.
static void expect_order(struct hub *h, const char *tickets)
{
	for (; *tickets; tickets++)
		assert_int_equal(leaves(h, 1), *tickets - '0');
	assert_int_equal(leaves(h, 1), 0);
}

static ticket_id refused(struct hub *h)
{
	struct hash_job *job = hash_queue_refused(h);
	ticket_id ticket = job ? job->ticket : 0;

	if (!job)
		return 0;
	assert_int_equal(job->result, HASH_BUSY);
	hash_job_free(job);
	return ticket;
}

static void who_is_of_a_better_rank_is_first(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	add(h, 1, HASH_BULK, 0);
	add(h, 2, HASH_STRANGER, 7);
	add(h, 3, HASH_KNOWN, 7);
	add(h, 4, HASH_STRANGER, 7);
	add(h, 5, HASH_OPERATOR, 0);
	expect_order(h, "53241");
}

static void as_many_run_as_there_are_hashers(void **state)
{
	static const struct {
		unsigned hashers, running;
	} rows[] = {{0, 1}, {1, 1}, {2, 2}, {3, 3}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct hub *h = hub_with(state, rows[i].hashers, 0);

		for (ticket_id t = 1; t <= 5; t++)
			add(h, t, HASH_STRANGER, 0);
		hash_queue_run(h);
		assert_int_equal(h->hash_queue.n_running, rows[i].running);
		for (ticket_id t = 1; t <= 5; t++)
			assert_int_equal(leaves(h, 1), t);
	}
}

static bool may(struct hub *h UNUSED, const void *arg)
{
	return arg != NULL;
}

static void who_may_not_any_more_makes_room_for_the_next(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	hash_queue_add(h, NULL, job_of(1, HASH_KNOWN, 0), may, NULL);
	hash_queue_add(h, NULL, job_of(2, HASH_KNOWN, 0), may, h);
	assert_int_equal(leaves(h, 1), 2);
	assert_int_equal(refused(h), 1);
	assert_int_equal(refused(h), 0);
}

static void a_quarter_of_the_room_is_not_for_strangers(void **state)
{
	struct hub *h = hub_with(state, 1, 16);

	for (ticket_id t = 1; t <= 13; t++)
		add(h, t, HASH_STRANGER, t);
	assert_int_equal(refused(h), 13);
	for (ticket_id t = 21; t <= 24; t++)
		add(h, t, HASH_KNOWN, 0);
	assert_int_equal(refused(h), 0);
	// Who is known is never refused for a stranger, whoever that is.
	add(h, 25, HASH_KNOWN, 0);
	assert_int_equal(refused(h), 12);
	// Those who are not bounded have always room, and take none.
	add(h, 31, HASH_OPERATOR, 0);
	add(h, 32, HASH_BULK, 0);
	assert_int_equal(refused(h), 0);
	assert_int_equal(h->hash_queue.n_waiting, 16);
	assert_int_equal(h->hash_queue.n_strangers, 11);
	for (ticket_id t = 40; t < 40 + 11; t++)
		add(h, t, HASH_KNOWN, 0);
	while (refused(h))
		continue;
	add(h, 60, HASH_KNOWN, 0);
	assert_int_equal(refused(h), 60);
}

static void the_heaviest_gives_way_to_one_that_is_lighter_by_two(void **state)
{
	struct hub *h = hub_with(state, 1, 16);

	for (ticket_id t = 1; t <= 12; t++)
		add(h, t, HASH_STRANGER, t <= 5 ? 100 : t <= 9 ? 200 : 300);
	add(h, 13, HASH_STRANGER, 200); // 4 of 200, 5 of 100
	assert_int_equal(refused(h), 13);
	add(h, 14, HASH_STRANGER, 300); // 3 of 300
	assert_int_equal(refused(h), 5);
	add(h, 15, HASH_STRANGER, 400);
	assert_int_equal(refused(h), 14);
	assert_int_equal(refused(h), 0);
	for (ticket_id t = 1; t <= 4; t++)
		assert_int_equal(leaves(h, 1), t);
}

static void without_a_bound_all_wait(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	for (ticket_id t = 1; t <= 100; t++)
		add(h, t, HASH_STRANGER, 7);
	assert_int_equal(refused(h), 0);
	assert_int_equal(h->hash_queue.n_strangers, 100);
}

// Somebody without a connection of its own asks, and leaves after so long.
static void waits_and_leaves(struct hub *h, uint64_t place, uint64_t weighs_on, int64_t ms)
{
	struct hash_job *job = job_of(1, HASH_STRANGER, weighs_on);
	struct session s = {.hub = h, .hash_asked_ms = h->now.mono_ms};

	job->place = place;
	hash_queue_add(h, &s, job, NULL, NULL);
	assert_non_null(s.turn);
	h->now.mono_ms += ms;
	hash_queue_leave(&s);
	assert_int_equal(s.is_excused, ms >= PATIENT_MS);
	assert_int_equal(s.hash_asked_ms, 0);
	assert_int_equal(refused(h), 1);
}

static void comes(struct hub *h, ticket_id ticket, uint64_t place)
{
	struct hash_job *job = job_of(ticket, HASH_STRANGER, 7);

	job->place = place;
	hash_queue_add(h, NULL, job, NULL, NULL);
}

static void a_place_is_for_who_waited_long_enough_once(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	waits_and_leaves(h, 5, 7, PATIENT_MS);
	waits_and_leaves(h, 6, 7, PATIENT_MS - 1);
	waits_and_leaves(h, 0, 7, PATIENT_MS);
	assert_int_equal(h->hash_queue.n_places, 1);
	comes(h, 1, 6);
	comes(h, 2, 0);
	comes(h, 3, 5);
	assert_int_equal(h->hash_queue.n_places, 0);
	comes(h, 4, 5);
	expect_order(h, "3124");
}

static void a_place_that_was_taken_up_may_be_left_again(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	waits_and_leaves(h, 5, 7, PATIENT_MS);
	comes(h, 10, 0);
	waits_and_leaves(h, 5, 7, PATIENT_MS);
	assert_int_equal(h->hash_queue.n_places, 1);
	h->now.mono_ms += PLACE_KEPT_MS - 1;
	comes(h, 11, 5);
	assert_int_equal(leaves(h, 1), 11);
	assert_int_equal(leaves(h, 1), 10);
	waits_and_leaves(h, 5, 7, PATIENT_MS);
	comes(h, 12, 0);
	h->now.mono_ms += PLACE_KEPT_MS;
	comes(h, 13, 5);
	assert_int_equal(h->hash_queue.n_places, 0);
	assert_int_equal(leaves(h, 1), 12);
	assert_int_equal(leaves(h, 1), 13);
}

// Two of one name from one source.
static void of_two_places_the_first_that_was_left_is_kept(void **state)
{
	struct hub *h = hub_with(state, 1, 0);
	struct session s[2];

	for (size_t i = 0; i < ARRAY_LEN(s); i++) {
		struct hash_job *job = job_of(1, HASH_STRANGER, 7);

		s[i] = (struct session){.hub = h, .hash_asked_ms = h->now.mono_ms};
		job->place = 5;
		hash_queue_add(h, &s[i], job, NULL, NULL);
		comes(h, 2 + i, 0);
	}
	h->now.mono_ms += PATIENT_MS;
	hash_queue_leave(&s[0]);
	hash_queue_leave(&s[1]);
	assert_int_equal(h->hash_queue.n_places, 1);
	while (refused(h))
		continue;
	comes(h, 4, 5);
	expect_order(h, "423");
}

static void no_source_keeps_more_than_a_quarter_of_the_places(void **state)
{
	struct hub *h = hub_with(state, 1, 0);
	uint64_t place = 1;

	h->now.mono_ms += PATIENT_MS;
	for (uint64_t source = 1; source <= 5; source++) {
		struct session s = {.hub = h, .hash_asked_ms = h->now.mono_ms - PATIENT_MS};

		for (int i = 0; i < LEFT_PLACES_MAX / 4 + 1; i++, place++) {
			struct hash_job *job = job_of(1, HASH_STRANGER, source);

			job->place = place;
			hash_queue_add(h, &s, job, NULL, NULL);
			s.hash_asked_ms = h->now.mono_ms - PATIENT_MS;
			hash_queue_leave(&s);
			assert_int_equal(refused(h), 1);
		}
		assert_int_equal(h->hash_queue.n_places,
				 (source < 5 ? source : 4) * LEFT_PLACES_MAX / 4);
	}
	h->now.mono_ms += PLACE_KEPT_MS;
	comes(h, 2, 1);
	assert_int_equal(h->hash_queue.n_places, 0);
}

static void it_is_told_once_who_is_before_one_and_for_how_long(void **state)
{
	static const size_t untold[][2] = {{2, 4}, {4, 2}, {5, 3}, {6, 1}};
	struct hub *h = hub_with(state, 2, 0);

	assert_int_equal(hash_queue_wait_ms(h, 3), 0);
	add(h, 1, HASH_STRANGER, 0);
	assert_int_equal(leaves(h, 800), 1);
	assert_int_equal(hash_queue_wait_ms(h, 3), 1200);
	add(h, 1, HASH_STRANGER, 0);
	assert_int_equal(leaves(h, 1600), 1);
	assert_int_equal(hash_queue_wait_ms(h, 3), 1350); // 900 each, by two
	h->config.n_hashers = 0;
	assert_int_equal(hash_queue_wait_ms(h, 3), 2700);
	assert_null(hash_queue_untold(h));
	add(h, 2, HASH_BULK, 0);
	add(h, 3, HASH_STRANGER, 0);
	hash_queue_run(h); // 3 is running
	add(h, 4, HASH_STRANGER, 0);
	add(h, 5, HASH_STRANGER, 0);
	add(h, 6, HASH_KNOWN, 0);
	for (size_t i = 0; i < ARRAY_LEN(untold); i++) {
		const struct turn *t = hash_queue_untold(h);

		assert_int_equal(t->job->ticket, untold[i][0]);
		assert_int_equal(hash_queue_before(h, t), untold[i][1]);
	}
	assert_null(hash_queue_untold(h));
}

static void a_stop_refuses_all_and_who_comes_later(void **state)
{
	struct hub *h = hub_with(state, 1, 0);

	h->now.mono_ms += PATIENT_MS;
	add(h, 1, HASH_STRANGER, 0);
	add(h, 2, HASH_KNOWN, 0);
	h->stopping = true;
	hash_queue_stop(h);
	add(h, 3, HASH_OPERATOR, 0);
	assert_int_equal(refused(h), 2);
	assert_int_equal(refused(h), 1);
	assert_int_equal(refused(h), 3);
	assert_int_equal(leaves(h, 1), 0);
	assert_int_equal(h->hash_queue.n_waiting, 0);
	h->stopping = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_is_of_a_better_rank_is_first),
		HUB_TEST(as_many_run_as_there_are_hashers),
		HUB_TEST(who_may_not_any_more_makes_room_for_the_next),
		HUB_TEST(a_quarter_of_the_room_is_not_for_strangers),
		HUB_TEST(the_heaviest_gives_way_to_one_that_is_lighter_by_two),
		HUB_TEST(without_a_bound_all_wait),
		HUB_TEST(a_place_is_for_who_waited_long_enough_once),
		HUB_TEST(a_place_that_was_taken_up_may_be_left_again),
		HUB_TEST(of_two_places_the_first_that_was_left_is_kept),
		HUB_TEST(no_source_keeps_more_than_a_quarter_of_the_places),
		HUB_TEST(it_is_told_once_who_is_before_one_and_for_how_long),
		HUB_TEST(a_stop_refuses_all_and_who_comes_later),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
