// SPDX-License-Identifier: MIT
// Pushes that wait: how many, which gives way, and which is due.
#include "server/hub/people/parcel.h"

#include "server/hub/people/account.h"
#include "server/hub/people/subscription.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct subscription *subscribed(struct fixture *f, const char *name)
{
	static const struct push_target target;

	return subscription_new(peer_session(fixture_login(f, name, "")),
				SPAN("https://push.example/1"), &target);
}

static void put(struct subscription *s, stream_id stream, message_id message, int64_t delay_ms)
{
	parcel_put(s, &(struct parcel){.stream = stream, .message = message}, delay_ms);
}

static message_id first(const struct subscription *s)
{
	return container_of(s->parcels.next, struct parcel, in_subscription)->message;
}

static void the_oldest_of_the_same_place_gives_way(void **state)
{
	struct fixture *f = *state;
	struct subscription *s = subscribed(f, "ann");

	put(s, 1, 1, 1000);
	for (message_id i = 2; i <= PARCELS_PER_SUBSCRIPTION; i++)
		put(s, 2, i, 1000);
	assert_int_equal(f->hub->figures.pushes_dropped, 0);
	put(s, 2, 100, 1000);
	assert_int_equal(first(s), 1);
	assert_int_equal(s->n_parcels, PARCELS_PER_SUBSCRIPTION);
	put(s, 3, 101, 1000);
	assert_int_equal(first(s), 3);
	assert_int_equal(f->hub->figures.pushes_dropped, 2);
}

static void of_all_the_oldest_gives_way(void **state)
{
	struct fixture *f = *state;
	struct subscription *ann = subscribed(f, "ann"), *bob = subscribed(f, "bob");

	put(ann, 1, 1, 1000);
	put(ann, 1, 2, 1000);
	f->hub->n_parcels = PARCELS_MAX - 1;
	put(bob, 1, 3, 1000);
	assert_int_equal(first(ann), 1);
	put(bob, 1, 4, 1000);
	assert_int_equal(first(ann), 2);
	assert_int_equal(bob->n_parcels, 2);
	f->hub->n_parcels = 3;
}

static void one_is_due_when_its_time_has_come(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct subscription *s = subscribed(f, "ann");

	put(s, 1, 1, 2000);
	put(s, 1, 2, 1000);
	assert_null(parcel_due(s));
	assert_true(list_is_empty(&s->in_turn));
	h->now.mono_ms += 1999;
	parcels_ripen(h); // in the order in which they came
	assert_null(parcel_due(s));
	h->now.mono_ms++;
	parcels_ripen(h);
	assert_int_equal(parcel_due(s)->message, 1);
	assert_false(list_is_empty(&s->in_turn));
	put(s, 1, 3, 0);
	parcels_forget(h, 1);
	assert_int_equal(parcel_due(s)->message, 2);
	parcels_forget(h, 2);
	assert_int_equal(parcel_due(s)->message, 3);
}

static void one_that_is_carried_is_void_when_it_was_removed(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct subscription *s = subscribed(f, "ann");

	put(s, 1, 1, 0);
	put(s, 1, 2, 0);
	parcel_take(parcel_due(s));
	assert_int_equal(s->n_parcels, 1);
	parcels_forget(h, 9);
	assert_false(s->out->is_void);
	parcels_forget(h, 1);
	assert_true(s->out->is_void);
	assert_int_equal(first(s), 2);
	list_remove(&s->in_turn);
	s->rest_ms = h->now.mono_ms + 1;
	parcel_put_back(s->out);
	assert_int_equal(first(s), 1);
	assert_true(list_is_empty(&s->in_turn)); // its service rests
	s->rest_ms = 0;
	parcels_have_turn(s);
	parcels_have_turn(s);
	assert_false(list_is_empty(&s->in_turn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(the_oldest_of_the_same_place_gives_way),
		HUB_TEST(of_all_the_oldest_gives_way),
		HUB_TEST(one_is_due_when_its_time_has_come),
		HUB_TEST(one_that_is_carried_is_void_when_it_was_removed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
