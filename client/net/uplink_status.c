// SPDX-License-Identifier: MIT
// What is known of the login, for whoever asks.
#include "client/net/uplink_private.h"

#include <string.h>

void uplink_status(const struct uplink *s, struct uplink_status *out)
{
	*out = (struct uplink_status){
		.state = s->state,
		.failure = s->failure,
		.is_queued = s->state == UPLINK_LOGIN && s->login.is_queued,
		.wants_code = s->state == UPLINK_LOGIN && s->login.wants_code,
		.n_codes = s->login.n_codes,
		.port = s->places.port ? s->places.port : "",
		.others = s->places.others.count ? &s->places.others : NULL,
		.at = s->places.at,
		.detail = s->detail ? s->detail : "",
		.next_at = s->next_at,
		.tries = s->backoff.tries,
		.lag_ms = s->lag_ms,
		.storing_since = s->storing_since,
		.pins = s->order.pins.count ? &s->order.pins : NULL,
		.peer_pin = s->has_peer_pin ? s->peer_pin : NULL,
		.pinned_at = s->order.pinned_at,
	};
}

bool uplink_is_online(const struct uplink *s)
{
	return s->state == UPLINK_ONLINE;
}

bool uplink_has_cap(const struct uplink *s, const char *name)
{
	return login_has_cap(&s->login, name);
}

struct span uplink_cap_value(const struct uplink *s, const char *name)
{
	return login_cap_value(&s->login, name);
}

struct span uplink_caps(const struct uplink *s)
{
	return buf_span(&s->login.enabled);
}

const char *uplink_nick(const struct uplink *s)
{
	return s->login.nick;
}

const char *uplink_host(const struct uplink *s)
{
	return s->places.host ? s->places.host : "";
}

const struct pins *uplink_known_pins(const struct uplink *s, const uint8_t **next)
{
	*next = s->order.has_next_pin ? s->order.next_pin : NULL;
	return s->order.pins.count ? &s->order.pins : NULL;
}

bool uplink_peer_pin(const struct uplink *s, uint8_t pin[static TLS_PIN_LEN])
{
	if (s->has_peer_pin)
		memcpy(pin, s->peer_pin, TLS_PIN_LEN);
	return s->has_peer_pin;
}

const char *uplink_tls_version(const struct uplink *s)
{
	return s->link->acts->version(s->link);
}

const struct outside *uplink_outside(const struct uplink *s)
{
	return s->outside;
}

size_t uplink_queued(const struct uplink *s)
{
	return s->link->acts->queued(s->link);
}
