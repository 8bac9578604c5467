// SPDX-License-Identifier: MIT
// A search that meets its limit says so, and how far back it looked.
#include "server/hub/history/history.h"
#include "server/hub/rooms/room.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// Said by a name that nobody looks for.
static void fill(struct fixture *f)
{
	struct room *r = room_find(f->hub, SPAN("#den"));

	for (int i = 0; i < 30000; i++) {
		struct entry_message m = {.kind = MESSAGE_PRIVMSG,
					  .sender = SPAN("nobody"),
					  .text = SPAN("plenty of the same words")};

		history_append(f->hub, &r->stream, &m);
		if (i % 1000 == 0)
			fixture_pass(f, 1000);
	}
	fixture_settle(f);
	fixture_tidy(f);
}

static void it_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "batch message-tags soju.im/search");
	char to[32] = "", line[256];

	peer_send(p, "JOIN #den");
	peer_send(p, "PRIVMSG #den :plenty of the same words");
	fill(f);
	fixture_skip(f);
	peer_send(p, "SEARCH text=plenty;from=alice");
	snprintf(line, sizeof(line), "%s", peer_next(p));
	assert_non_null(strstr(line, "snug.chat/search-to="));
	snprintf(to, sizeof(to), "%.24s", strstr(line, "search-to=") + strlen("search-to="));
	expect(p, "server BATCH -*");
	peer_send(p, "SEARCH text=plenty;from=alice;before=%s", to);
	expect(p, "@!snug.chat/search-to server BATCH +* soju.im/search");
	expect(p, "alice PRIVMSG #den :plenty of the same words");
	expect(p, "server BATCH -*");
}

static void who_has_no_tags_is_told_by_a_note(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "soju.im/search");

	peer_send(p, "JOIN #den");
	fill(f);
	fixture_skip(f);
	peer_send(p, "SEARCH text=plenty;from=alice");
	expect(p, "server NOTE SEARCH SEARCHED_TO 2026-* :*before=*");
	expect_none(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(it_goes_on_where_it_ended),
		HUB_TEST(who_has_no_tags_is_told_by_a_note),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
