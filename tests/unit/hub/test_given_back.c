// SPDX-License-Identifier: MIT
// What a hub takes it gives back: after a busy life as much is in use as after the one before.
#include "server/hub/history/history.h"
#include "server/hub/pages/replay.h"
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"
#include "tests/support/of_sqlite.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS                                                                                   \
	"message-tags server-time echo-message batch draft/chathistory draft/multiline "       \
	"draft/read-marker draft/message-redaction snug.chat/exactly-once snug.chat/quiet "    \
	"snug.chat/saved"
#define WARM 8 // lives, until what is kept for the next one is whole
#define LIVES 4

static void talk(struct peer *ann, struct peer *bob)
{
	for (int i = 0; i < 20; i++) {
		peer_send(ann, "@snug.chat/id=i%d PRIVMSG #den :%0200d", i, i);
		peer_send(ann, "PRIVMSG bob :%0200d", i);
		peer_send(ann, "MARKREAD #den timestamp=2019-06-01T12:00:%02d.000Z", i);
		peer_send(bob, "NOTICE ann :%d", i);
	}
	peer_send(ann, "PRIVMSG carl :hi");
	peer_send(ann, "QUIET ADD ignore carl");
	peer_send(ann, "QUIET ADD mute #den");
	peer_send(ann, "METADATA * SET pronouns :she");
	peer_send(ann, "AWAY :lunch");
}

// One that is said, one that is a mistake, one that is replaced and one that has no end.
static void batches(struct peer *ann)
{
	static const char *const lines[] = {
		"@+a=b;label=l BATCH +1 draft/multiline #den",
		"@batch=1 PRIVMSG #den :one",
		"@batch=1 PRIVMSG #den :two",
		"BATCH -1",
		"BATCH +2 draft/multiline #den",
		"@batch=2 PRIVMSG #other :one",
		"BATCH -2",
		"BATCH +3 draft/multiline #den",
		"@batch=3 PRIVMSG #den :one",
		"@+a=b;snug.chat/id=x BATCH +4 draft/multiline #den",
		"@batch=4 PRIVMSG #den :one",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		peer_send(ann, "%s", lines[i]);
}

static void live(void)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *ann = fixture_login(f, "ann", CAPS), *bob = fixture_login(f, "bob@tv", "");
	const struct entry_dialog row = {
		.id = 900, .low = 800, .high = 801, .gone = SPAN("dora")};

	(void)fixture_account(f, "carl");
	peer_join(ann, "#den");
	peer_join(bob, "#den");
	talk(ann, bob);
	batches(ann);
	for (int i = 0; i < 2; i++) {
		dialog_load(f->hub, &row);
		cursor_load(f->hub,
			    &(struct entry_cursor){account_find(f->hub, SPAN("bob"))->id,
						   SPAN("phone"), 5});
	}
	admin_answer_free(fixture_verb(f, "user delete carl --confirm carl", NULL));
	peer_close(bob);
	peer_send(ann, "PRIVMSG #den :missed");
	bob = fixture_login(f, "bob@tv", "");
	peer_stall(bob);
	peer_put(bob, "PRIVMSG #den :said");
	peer_drain(bob);
	peer_stall(ann);
	fixture_restart(f, false);
	ann = fixture_login(f, "ann", CAPS);
	bob = fixture_login(f, "bob@tv", "");
	talk(ann, bob);
	batches(ann);
	fixture_free(f);
}

static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void as_much_is_in_use_as_before(void **state UNUSED)
{
	size_t before, least = SIZE_MAX;

	of_sqlite("what libpq keeps in memory is not the hub's");
	for (int i = 0; i < WARM; i++)
		live();
	before = in_use();
	// What leaks is more after each; what the time of day makes of it is not.
	for (int i = 0; i < LIVES; i++) {
		live();
		least = in_use() < least ? in_use() : least;
	}
	// The address sanitizer sees what leaks by itself: nothing is counted then.
	if (before > 0)
		assert_in_range(least, 1, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_much_is_in_use_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
