// SPDX-License-Identifier: MIT
#include "client/net/key_judge.h"

#include "common/wipe.h"

#include <string.h>

static bool is_vouched_by(const struct link_peer *peer, const uint8_t pin[static TLS_PIN_LEN])
{
	for (size_t i = 0; i < peer->n_vouchers; i++) {
		if (wipe_equal(peer->vouchers[i], pin, TLS_PIN_LEN))
			return true;
	}
	return false;
}

static bool is_good(const struct uplink_order *o, const struct link_peer *peer)
{
	if (wipe_equal(peer->pin, o->pin, TLS_PIN_LEN) || is_vouched_by(peer, o->pin))
		return true;
	return o->has_next_pin && (wipe_equal(peer->pin, o->next_pin, TLS_PIN_LEN) ||
				   is_vouched_by(peer, o->next_pin));
}

enum failure key_judge(struct uplink_order *o, const struct link_peer *peer)
{
	if (!peer->has_pin)
		return FAILURE_TLS;
	if (!o->has_pin)
		return peer->is_verified ? FAILURE_NONE : FAILURE_UNTRUSTED;
	if (!is_good(o, peer))
		return FAILURE_KEY;
	memcpy(o->pin, peer->pin, TLS_PIN_LEN);
	o->has_next_pin = peer->has_next;
	memcpy(o->next_pin, peer->next, TLS_PIN_LEN);
	return FAILURE_NONE;
}
