// SPDX-License-Identifier: MIT
#include "client/sign_in/bearer_login.h"

#include "common/bearer.h"
#include "common/discovery.h"
#include "common/encode.h"
#include "common/wipe.h"

#include <stdio.h>
#include <stdlib.h>

#define MECHANISM "OAUTHBEARER"
#define WELL_KNOWN "/.well-known/openid-configuration"

// The server's one challenge is a refusal: it is answered, so that 904 comes (RFC 7628, 3.2.3).
static void hear(void *arg, struct span words, sasl_line_fn *send, void *send_arg)
{
	struct bearer_login *b = arg;

	if (!b->is_said) {
		b->is_said = true;
		sasl_send_bytes(buf_span(&b->message), send, send_arg);
		return;
	}
	if (!sasl_hear(&b->heard, words))
		return;
	buf_reset(&b->failure);
	if (!decode_b64(&b->failure, buf_span(&b->heard)))
		buf_reset(&b->failure);
	buf_reset(&b->heard);
	sasl_send_bytes(SPAN(BEARER_END), send, send_arg);
}

static void say(struct bearer_login *b, const struct bearer_message *m)
{
	bearer_login_clear(b);
	// Once for all: growing would leave copies behind.
	(void)buf_space(&b->message, m->name.len + m->token.len + m->refresh.len + 64);
	bearer_write(&b->message, m);
	b->way = (struct sasl_way){.name = MECHANISM, .arg = b, .hear = hear};
}

void bearer_login_ask(struct bearer_login *b)
{
	say(b, &(struct bearer_message){0});
}

void bearer_login_with(struct bearer_login *b, const char *name,
		       const struct token_answer *tokens)
{
	struct bearer_message m = {.name = span_of(name), .token = span_of(tokens->access)};

	if (tokens->refresh)
		m.refresh = span_of(tokens->refresh);
	say(b, &m);
}

void bearer_login_clear(struct bearer_login *b)
{
	wipe_away(&b->message);
	buf_clear(&b->heard);
	buf_clear(&b->failure);
	*b = (struct bearer_login){0};
}

void bearer_login_begin(struct bearer_login *b, sasl_line_fn *send, void *arg)
{
	b->is_said = false;
	buf_reset(&b->heard);
	buf_reset(&b->failure);
	send(arg, SPAN("AUTHENTICATE " MECHANISM), false);
}

// What discovery_address() made the address of, or "".
static struct span issuer_of(struct span address)
{
	size_t tail = strlen(WELL_KNOWN);

	if (address.len <= tail ||
	    !span_eq(span_after(address, address.len - tail), SPAN(WELL_KNOWN)))
		return SPAN("");
	return span_from(address.at, address.len - tail);
}

bool sign_in_place_read(const struct bearer_login *b, struct sign_in_place *place)
{
	*place = (struct sign_in_place){0};
	if (!bearer_failure_read(buf_span(&b->failure), &place->said))
		return false;
	struct span address =
		span_of(place->said.configuration ? place->said.configuration : "");
	struct span issuer = issuer_of(address);
	if (!place->said.client_id || !endpoint_is_fit(address) || !issuer.len) {
		sign_in_place_clear(place);
		return false;
	}
	place->issuer = span_dup(issuer);
	snprintf(place->host, sizeof(place->host), SPAN_FMT, SPAN_ARG(endpoint_host(address)));
	return true;
}

void sign_in_place_clear(struct sign_in_place *place)
{
	free(place->issuer);
	bearer_failure_clear(&place->said);
	*place = (struct sign_in_place){0};
}
