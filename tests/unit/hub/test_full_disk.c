// SPDX-License-Identifier: MIT
// On a full disk each command that would store something says so, and does nothing.
#include "tests/support/hub_fixture.h"

#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS                                                                                   \
	"draft/metadata-3 snug.chat/quiet snug.chat/invited snug.chat/devices "                \
	"draft/message-redaction draft/read-marker message-tags standard-replies"

static void done(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

// Of an administrator who moderates #den, with a device, an ignored person and a value set.
static struct peer *alice_with_all(struct fixture *f)
{
	struct peer *alice, *bob;

	(void)fixture_admin_account(f, "alice");
	(void)fixture_admin_account(f, "root");
	alice = fixture_login(f, "alice", CAPS);
	bob = fixture_login(f, "bob", CAPS);
	peer_join(alice, "#den");
	peer_join(bob, "#den");
	done(f, "user token add alice old");
	done(f, "ban add 198.51.100.0/24");
	peer_send(alice, "METADATA * SET url :x");
	peer_send(alice, "QUIET ADD ignore bob");
	peer_send(bob, "PRIVMSG #den :hi");
	peer_send(bob, "JOIN #hall");
	peer_send(bob, "INVITE alice #hall");
	fixture_skip(f);
	return alice;
}

static void what_would_be_stored_is_refused(void **state)
{
	static const char *const lines[] = {
		"CERT TOKEN DEL old",
		"CERT REVOKE OTHERS",
		"CERT OFFER",
		"KICK #den bob",
		"PART #den",
		"DECLINE #hall",
		"INVITE alice #den",
		"METADATA * CLEAR",
		"METADATA * SET url :y",
		"METADATA * SET url",
		"QUIET ADD ignore bob",
		"QUIET DEL ignore bob",
		"ACCOUNT DELETE",
		"ACCOUNT KEEP",
		"JOIN #cave",
		"KLINE 203.0.113.0/24",
		"UNKLINE 198.51.100.0/24",
		"INVITELINK ADD #den",
		"TOPIC #den :tea",
		"MODE #den +m",
		"PRIVMSG #den :hi",
		"MARKREAD #den timestamp=2026-01-01T00:00:00.000Z",
	};
	struct fixture *f = *state;
	struct peer *alice = alice_with_all(f);
	struct account *a = account_find(f->hub, SPAN("alice"));

	fixture_disk_is(f, DISK_FULL);
	fixture_skip(f);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		char pattern[96], command[16];

		sscanf(lines[i], "%15s", command);
		snprintf(pattern, sizeof(pattern), "server FAIL %s TEMPORARILY_UNAVAILABLE :*",
			 command);
		peer_send(alice, "%s", lines[i]);
		expect(alice, pattern);
		expect_none(alice);
	}
	assert_int_equal(credentials_count(a), 1);
	assert_int_equal(a->n_members, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(what_would_be_stored_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
