// SPDX-License-Identifier: MIT
#include "client/net/key_judge.h"

#include "common/wipe.h"

#include <string.h>

static bool is_known(const struct uplink_order *o, const uint8_t pin[static TLS_PIN_LEN])
{
	return pins_have(&o->pins, pin) ||
	       (o->has_next_pin && wipe_equal(pin, o->next_pin, TLS_PIN_LEN));
}

static bool is_good(const struct uplink_order *o, const struct link_peer *peer)
{
	bool is_good = is_known(o, peer->pin);

	for (size_t i = 0; i < peer->n_vouchers && !is_good; i++)
		is_good = is_known(o, peer->vouchers[i]);
	return is_good;
}

enum failure key_judge(struct uplink_order *o, const struct link_peer *peer)
{
	if (!peer->has_pin)
		return FAILURE_TLS;
	if (!o->pins.count)
		return peer->is_verified ? FAILURE_NONE : FAILURE_UNTRUSTED;
	if (!is_good(o, peer))
		return FAILURE_KEY;
	// One of several stands beside the others; one that comes after them takes their place.
	if (!pins_have(&o->pins, peer->pin))
		pins_set(&o->pins, peer->pin);
	o->has_next_pin = peer->has_next;
	memcpy(o->next_pin, peer->next, TLS_PIN_LEN);
	return FAILURE_NONE;
}
