// SPDX-License-Identifier: MIT
// A hub that ends leaves nothing in memory, whatever was in it. (Where a sanitizer has the memory,
// it looks itself, and there is nothing to be counted here.)
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/support/hub_fixture.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAPS                                                                                   \
	"batch message-tags echo-message labeled-response draft/chathistory draft/metadata-3 " \
	"draft/multiline draft/read-marker snug.chat/saved snug.chat/devices monitor sasl"

// A bit of everything that is kept.
static void live(struct peer *alice, struct peer *bob)
{
	static const char *const lines[] = {
		"JOIN #den,#attic,#cellar",
		"TOPIC #den :tea",
		"MODE #den +bkeI ~t:1h:bad key good ~a:dora",
		"MODE #den +b ~a:bob",
		"INVITE bob #attic",
		"PRIVMSG #den :hello",
		"PRIVMSG bob :hello",
		"MARKREAD #den timestamp=2026-01-01T00:00:00.000Z",
		"METADATA * SET url :x",
		"METADATA * SUB url color",
		"METADATA #den SET url :y",
		"MONITOR + bob,cem,dora",
		"AWAY :lunch",
		"INVITELINK #den",
		"CERT TOKEN ADD bot",
		"PRIVMSG ChanServ :HOOK #den ADD ci",
		"PRIVMSG ChanServ :RULES #den SET be kind",
		"RENAME #cellar #vault",
		"BATCH +x draft/multiline #den",
		"@batch=x PRIVMSG #den :half of it",
		"AUTHENTICATE PLAIN",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		peer_send(alice, "%s", lines[i]);
	peer_send(bob, "JOIN #attic");
	peer_send(bob, "PRIVMSG alice :and you");
	peer_send(bob, "NICK Bob");
}

static void acts(struct fixture *f)
{
	static const char *const verbs[] = {
		"user token add alice --label other",
		"user rename bob robert",
		"ban add 198.51.100.0/24",
		"invite create --room den --uses 3",
		"user add cem --no-password",
		"user delete cem --confirm cem",
	};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		admin_answer_free(fixture_verb(f, verbs[i], NULL));
}

static void play(void)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice@desk", CAPS),
		    *bob = fixture_login(f, "bob", CAPS), *guesser = fixture_open(f),
		    *gone = fixture_login(f, "gone", CAPS);

	live(alice, bob);
	acts(f);
	peer_join(gone, "#attic");
	peer_close(gone);
	peer_send(guesser, "PASS :alice:a wrong password");
	peer_send(guesser, "NICK alice");
	peer_send(guesser, "USER a 0 * :a");
	fixture_restart(f, false);
	// It ends while some wait: for the store, for a hasher, for the rest of a line.
	alice = fixture_login(f, "alice", CAPS);
	fixture_hold_hashes(f, true);
	fixture_hold_answers(f, true);
	peer_send(alice, "PASSWD :" FIXTURE_PASSWORD " another good password");
	peer_put(alice, "@label=a CHATHISTORY LATEST #den * 10");
	peer_put(alice, "WHO #den");
	guesser = fixture_open(f);
	peer_send(guesser, "CAP REQ :%s", CAPS);
	peer_send(guesser, "METADATA * SET url :early");
	peer_send(guesser, "PASS :bob:" FIXTURE_PASSWORD);
	peer_send(guesser, "NICK robert");
	peer_send(guesser, "USER a 0 * :a");
	fixture_settle(f);
	fixture_free(f);
}

static size_t in_use(void)
{
	return mallinfo2().uordblks;
}

// What libraries keep for themselves they have after a few; what is lost each time grows on.
static void nothing_is_left_of_a_hub_that_ends(void **state)
{
	size_t before = 0;

	(void)state;
	for (int i = 0; i < 16; i++) {
		size_t after;

		play();
		after = in_use();
		if (after == before)
			return;
		before = after;
	}
	fail_msg("each hub that ended left something in memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_of_a_hub_that_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
