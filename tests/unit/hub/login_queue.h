// SPDX-License-Identifier: MIT
// A hub whose hashers wait to be told, and people who log in to it from somewhere.
#pragma once

#include "tests/unit/hub/sasl_peer.h"

#include "server/hub/people/account.h"

#define HERE "192.0.2.1"
#define LATER "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*"

// Hashes one at a time, when told to; `most` may wait.
static inline struct fixture *held(void **state, int64_t most)
{
	struct hub_config config = fixture_config();

	config.logins_per_source = 20;
	config.connections_per_source = 40;
	config.logins_waiting = most;
	fixture_renew(*state, &config);
	fixture_hold_hashes(*state, true);
	return *state;
}

static inline struct peer *opened_at(struct fixture *f, const char *host)
{
	struct peer *p =
		fixture_open_as(f, &(struct inbox_opened){.host = span_of(host), .source = 1});

	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	return p;
}

static inline struct peer *asks(struct fixture *f, const char *host, const char *name)
{
	struct peer *p = opened_at(f, host);

	(void)fixture_account(f, name);
	plain_of(p, "", name, FIXTURE_PASSWORD);
	return p;
}

// The account knows the address from now on.
static inline void meets(struct fixture *f, const char *host, const char *name)
{
	struct peer *p;

	fixture_hold_hashes(f, false);
	p = asks(f, host, name);
	expect(p, "server 900 * * * :*");
	expect(p, YES);
	peer_close(p);
	fixture_hold_hashes(f, true);
}

static inline void is_served(struct fixture *f, struct peer *p)
{
	fixture_hash(f);
	expect(p, "server 900 * * * :*");
	expect(p, YES);
}
