// SPDX-License-Identifier: MIT
#include "client/net/key_judge.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint8_t first[TLS_PIN_LEN] = {1}, second[TLS_PIN_LEN] = {2},
		     third[TLS_PIN_LEN] = {3};

static struct link_peer shows(const uint8_t *pin)
{
	struct link_peer peer = {.has_pin = true};

	memcpy(peer.pin, pin, TLS_PIN_LEN);
	return peer;
}

static void vouched(struct link_peer *peer, const uint8_t *by)
{
	memcpy(peer->vouchers[peer->n_vouchers++], by, TLS_PIN_LEN);
}

static struct uplink_order knows(const uint8_t *pin)
{
	struct uplink_order order = {0};

	pins_set(&order.pins, pin);
	return order;
}

static void the_known_key_is_good_and_another_is_not(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(first), other = shows(second);

	(void)state;
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	// An authority does not help against a pin.
	other.is_verified = true;
	assert_int_equal(key_judge(&order, &other), FAILURE_KEY);
	assert_memory_equal(order.pins.at[0], first, TLS_PIN_LEN);
}

static void a_key_that_the_known_one_vouches_for_is_known_from_then_on(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(second), old = shows(first);

	(void)state;
	vouched(&peer, first);
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	assert_memory_equal(order.pins.at[0], second, TLS_PIN_LEN);
	// Whoever has the old one passes no more.
	assert_int_equal(key_judge(&order, &old), FAILURE_KEY);
}

static void the_word_of_an_unknown_key_is_nothing(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(second);

	(void)state;
	vouched(&peer, third);
	assert_int_equal(key_judge(&order, &peer), FAILURE_KEY);
	assert_memory_equal(order.pins.at[0], first, TLS_PIN_LEN);
}

static void an_announced_key_is_good_without_a_word(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(first), next = shows(second), later = shows(third);

	(void)state;
	peer.has_next = true;
	memcpy(peer.next, second, TLS_PIN_LEN);
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	assert_true(order.has_next_pin);
	assert_int_equal(key_judge(&order, &later), FAILURE_KEY);
	vouched(&later, second);
	assert_int_equal(key_judge(&order, &later), FAILURE_NONE);
	order = knows(first);
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	assert_int_equal(key_judge(&order, &next), FAILURE_NONE);
	assert_memory_equal(order.pins.at[0], second, TLS_PIN_LEN);
	assert_false(order.has_next_pin);
}

static void any_of_several_is_good_and_what_comes_after_one_takes_their_place(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(second), next = shows(third);

	(void)state;
	assert_true(pins_add(&order.pins, second));
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	assert_int_equal(order.pins.count, 2);
	assert_int_equal(key_judge(&order, &next), FAILURE_KEY);
	vouched(&next, second);
	assert_int_equal(key_judge(&order, &next), FAILURE_NONE);
	assert_int_equal(order.pins.count, 1);
	assert_memory_equal(order.pins.at[0], third, TLS_PIN_LEN);
}

// A refused key announces nothing either.
static void what_is_refused_changes_nothing(void **state)
{
	struct uplink_order order = knows(first);
	struct link_peer peer = shows(second);

	(void)state;
	peer.has_next = true;
	memcpy(peer.next, third, TLS_PIN_LEN);
	assert_int_equal(key_judge(&order, &peer), FAILURE_KEY);
	assert_false(order.has_next_pin);
	peer = (struct link_peer){.is_verified = true};
	assert_int_equal(key_judge(&order, &peer), FAILURE_TLS);
}

static void without_a_pin_an_authority_decides(void **state)
{
	struct uplink_order order = {0};
	struct link_peer peer = shows(first);

	(void)state;
	vouched(&peer, first);
	assert_int_equal(key_judge(&order, &peer), FAILURE_UNTRUSTED);
	peer.is_verified = true;
	assert_int_equal(key_judge(&order, &peer), FAILURE_NONE);
	assert_int_equal(order.pins.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_key_is_good_and_another_is_not),
		cmocka_unit_test(a_key_that_the_known_one_vouches_for_is_known_from_then_on),
		cmocka_unit_test(the_word_of_an_unknown_key_is_nothing),
		cmocka_unit_test(an_announced_key_is_good_without_a_word),
		cmocka_unit_test(
			any_of_several_is_good_and_what_comes_after_one_takes_their_place),
		cmocka_unit_test(what_is_refused_changes_nothing),
		cmocka_unit_test(without_a_pin_an_authority_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
