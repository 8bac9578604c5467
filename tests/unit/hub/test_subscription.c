// SPDX-License-Identifier: MIT
// Where devices are woken: whose a place is, and how long it is known to be alive.
#include "server/hub/people/subscription.h"

#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define DAY_MS (24LL * 60 * 60 * 1000)
#define ONE SPAN("https://push.example/1")
#define OTHER SPAN("https://push.example/2")

static const struct push_target target;

static void an_account_is_woken_while_it_has_a_place(void **state)
{
	struct fixture *f = *state;
	struct session *ann = peer_session(fixture_login(f, "ann", ""));
	struct subscription *one = subscription_new(ann, ONE, &target),
			    *other = subscription_new(ann, OTHER, &target);

	assert_int_equal(f->hub->n_subscribers, 1);
	assert_ptr_equal(subscription_find(ann->account, OTHER), other);
	assert_null(subscription_find(ann->account, SPAN("https://push.example/3")));
	subscription_remove(one);
	assert_int_equal(f->hub->n_subscribers, 1);
	assert_false(list_is_empty(&ann->account->in_subscribers));
	subscription_remove(other);
	assert_int_equal(f->hub->n_subscribers, 0);
	assert_true(list_is_empty(&ann->account->in_subscribers));
}

static void a_device_takes_its_places_along(void **state)
{
	struct fixture *f = *state;
	struct session *ann = peer_session(fixture_login(f, "ann", ""));
	char text[TOKEN_TEXT_MAX + 1];
	struct credential *first = token_new(ann->account, SPAN("a"), 0, text),
			  *c = token_new(ann->account, SPAN("b"), 0, text);
	struct subscription *own;

	(void)subscription_new(ann, ONE, &target); // by password
	ann->token = c->id;
	own = subscription_new(ann, OTHER, &target);
	ann->token = 0;
	assert_int_equal(own->device, c->id);
	subscriptions_of_device_gone(ann->account, first->id);
	assert_int_equal(ann->account->n_subscriptions, 2);
	subscriptions_of_device_gone(ann->account, c->id);
	assert_int_equal(ann->account->n_subscriptions, 1);
	assert_non_null(subscription_find(ann->account, ONE));
}

static void that_it_is_alive_is_noted_once_a_day(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct subscription *s =
		subscription_new(peer_session(fixture_login(f, "ann", "")), ONE, &target);
	entry_no head = h->head;

	h->now.wall_ms += DAY_MS - 1;
	s->n_failed = 3;
	subscription_is_alive(s);
	assert_int_equal(s->n_failed, 0);
	assert_int_equal(h->head, head);
	h->now.wall_ms++;
	h->disk = DISK_LOW;
	subscription_is_alive(s);
	assert_int_equal(h->head, head);
	h->disk = DISK_FINE;
	subscription_is_alive(s);
	subscription_is_alive(s);
	assert_int_equal(h->head, head + 1);
}

// A browser whose person logs in as somebody else.
static void a_place_is_of_whoever_had_it_last(void **state)
{
	struct fixture *f = *state;
	struct account *ann = fixture_account(f, "ann");
	struct session *s = peer_session(fixture_login(f, "ann", "")),
		       *bob = peer_session(fixture_login(f, "bob", ""));
	struct push_target another = {.auth = {1}};

	(void)subscription_new(s, ONE, &target);
	subscription_take(subscription_new(s, OTHER, &target));
	subscription_take(subscription_new(bob, ONE, &another));
	assert_int_equal(ann->n_subscriptions, 2);
	subscription_take(subscription_new(bob, ONE, &target));
	assert_int_equal(ann->n_subscriptions, 1);
	assert_null(subscription_find(ann, ONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(an_account_is_woken_while_it_has_a_place),
		HUB_TEST(a_device_takes_its_places_along),
		HUB_TEST(that_it_is_alive_is_noted_once_a_day),
		HUB_TEST(a_place_is_of_whoever_had_it_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
