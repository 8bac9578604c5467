// SPDX-License-Identifier: MIT
// Connections that show a certificate, for the tests of devices.
#pragma once

#include "server/hub/people/credential.h"
#include "server/hub/people/throttle.h"
#include "tests/support/hub_fixture.h"

#include <string.h>

#define PASSWORD_B64 "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5" // FIXTURE_PASSWORD
#define MINUTE_MS (60LL * 1000)
#define DAY_MS (24 * 60 * MINUTE_MS)

// It shows certificate number n and has said nothing yet.
static inline struct peer *shows(struct fixture *f, int n)
{
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .has_pin = true};

	memset(facts.pin, n, sizeof(facts.pin));
	memset(facts.cert, n, sizeof(facts.cert));
	return fixture_open_as(f, &facts);
}

static inline void log_in(struct peer *p, const char *name, const char *how)
{
	peer_send(p, "CAP REQ :sasl snug.chat/devices");
	peer_send(p, "NICK %s", name);
	peer_send(p, "USER u 0 * :u");
	peer_send(p, "%s", how);
	if (how[0] == 'A')
		peer_send(p, "AUTHENTICATE +");
	peer_send(p, "CAP END");
	expect_later(p, "server 001 * :*");
	peer_skip(p);
}

// Of ann, by the password, and by its key alone.
static inline struct peer *by_password(struct fixture *f, int n)
{
	struct peer *p = shows(f, n);
	const struct origin usual = throttle_origin(f->hub, SPAN("192.0.2.1"), 1);

	(void)fixture_account(f, "ann");
	// Where the fixture's other peers come from: no news (test_signin.c).
	throttle_met(f->hub, &usual, SPAN("ann"));
	throttle_met(f->hub, &peer_session(p)->from, SPAN("ann"));
	log_in(p, "ann", "PASS :ann:" FIXTURE_PASSWORD);
	return p;
}

static inline struct peer *by_key(struct fixture *f, int n)
{
	struct peer *p = shows(f, n);

	log_in(p, "ann", "AUTHENTICATE EXTERNAL");
	return p;
}

// A device of ann of this name, added now; it has proved nothing since it logged in.
static inline struct peer *device(struct fixture *f, int n, const char *label)
{
	struct peer *p = by_password(f, n);

	peer_send(p, "CERT ADD %s", label);
	expect_later(p, "server CERT ADD * * *");
	// Not the news of it are tested (test_signin.c).
	credential_shown_by(peer_session(p))->is_told = true;
	peer_close(p);
	p = by_key(f, n);
	fixture_skip(f);
	return p;
}
