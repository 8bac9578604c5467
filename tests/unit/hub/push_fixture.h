// SPDX-License-Identifier: MIT
// A device of somebody that is woken, for the tests of pushes.
#pragma once

#include "tests/support/hub_fixture.h"

#define PUSH_CAPS "draft/webpush draft/read-marker message-tags labeled-response batch"
#define PUSH_URL "https://push.example/"
#define PUSH_POINT                                                                              \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAi" \
	"w4"
#define PUSH_KEYS "p256dh=" PUSH_POINT ";auth=BTBZMqHH6r4Tts7J_aSIgg"

// Registers PUSH_URL and this name, which the push service takes.
static inline void push_subscribe(struct peer *p, const char *name)
{
	struct fixture *f = peer_fixture(p);

	peer_skip(p);
	peer_send(p, "WEBPUSH REGISTER " PUSH_URL "%s " PUSH_KEYS, name);
	fixture_pushed(f, 201, 0);
	expect(p, "server WEBPUSH REGISTER " PUSH_URL "*");
}

#define PUSH_DELAY 5000 // of fixture_config()

// Who says something, in #den and #two; there is a carl, too.
static inline struct peer *push_alice(struct fixture *f)
{
	struct peer *alice =
		fixture_login(f, "alice", "message-tags echo-message draft/message-redaction");

	(void)fixture_account(f, "carl");
	peer_join(alice, "#den");
	peer_join(alice, "#two");
	return alice;
}

// Whose device is woken, in #den.
static inline struct peer *push_bob(struct fixture *f)
{
	struct peer *bob = fixture_login(
		f, "bob", PUSH_CAPS " snug.chat/quiet snug.chat/invited draft/metadata-3");

	peer_join(bob, "#den");
	push_subscribe(bob, "bob");
	return bob;
}
