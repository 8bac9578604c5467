// SPDX-License-Identifier: MIT
// Peers that log in by SASL.
#pragma once

#include "common/encode.h"
#include "tests/support/hub_fixture.h"

#define YES "server 903 * :*"
#define NO "server 904 * :*"

static inline struct peer *opened(struct fixture *f)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	return p;
}

// AUTHENTICATE PLAIN with the bytes, in parts as the specification wants them.
static inline void plain(struct peer *p, const void *bytes, size_t len)
{
	struct buf text = {0};
	struct span rest;

	encode_b64(&text, bytes, len);
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	for (rest = buf_span(&text); rest.len >= 400; rest = span_after(rest, 400))
		peer_send(p, "AUTHENTICATE %.400s", rest.at);
	if (rest.len)
		peer_send(p, "AUTHENTICATE " SPAN_FMT, SPAN_ARG(rest));
	else
		peer_send(p, "AUTHENTICATE +");
	buf_clear(&text);
}

static inline void plain_of(struct peer *p, const char *authzid, const char *name,
			    const char *password)
{
	struct buf b = {0};

	buf_printf(&b, "%s%c%s%c%s", authzid, 0, name, 0, password);
	plain(p, b.at, b.len);
	buf_clear(&b);
}

static inline void enter(struct peer *p)
{
	peer_send(p, "NICK whatever");
	peer_send(p, "USER user 0 * :Real");
	peer_send(p, "CAP END");
}
