// SPDX-License-Identifier: MIT
// Messages that are reported to moderators (report.h): what the talk script does not show.
#include "common/die.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAPS "message-tags echo-message draft/message-redaction"

static bool hears(struct peer *p, const char *part)
{
	bool found = false;

	for (const char *line; (line = peer_next(p));)
		found |= strstr(line, part) != NULL;
	return found;
}

// Says a line; its id.
static const char *says(struct peer *p, const char *line)
{
	static char id[64];
	const char *heard, *tag = NULL;

	peer_skip(p);
	peer_send(p, "%s", line);
	while (!tag && (heard = peer_next(p)))
		tag = strstr(heard, "msgid=");
	assert_non_null(tag);
	(void)snprintf(id, sizeof(id), "%.*s", (int)strcspn(tag + 6, "; "), tag + 6);
	return id;
}

struct people {
	struct peer *ann, *bob, *carol; // ann moderates
};

static struct people gather(struct fixture *f)
{
	struct people p = {fixture_login(f, "ann", CAPS), fixture_login(f, "bob", CAPS),
			   fixture_login(f, "carol", CAPS)};

	peer_send(p.ann, "JOIN #den");
	peer_send(p.bob, "JOIN #den");
	peer_send(p.carol, "JOIN #den");
	return p;
}

static bool reported(struct fixture *f, struct peer *by, const char *id)
{
	fixture_skip(f);
	peer_send(by, "PRIVMSG ChanServ :REPORT #den %s rude", id);
	return hears(by, "Reported to the moderators of #den");
}

static void one_account_reports_so_many_within_an_hour(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);

	for (int i = 0; i < REPORTS_PER_HOUR; i++)
		assert_true(reported(f, p.carol, says(p.bob, "PRIVMSG #den :rude")));
	fixture_skip(f);
	peer_send(p.carol, "PRIVMSG ChanServ :REPORT #den %s rude",
		  says(p.bob, "PRIVMSG #den :rude"));
	assert_true(hears(p.carol, "FAIL REPORT RATE_LIMITED"));
	assert_false(hears(p.ann, "reports"));
	fixture_pass(f, 3600 * 1000 / REPORTS_PER_HOUR);
	assert_true(reported(f, p.carol, says(p.bob, "PRIVMSG #den :rude")));
}

static void only_what_was_said_and_is_still_there(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);
	char id[64];

	(void)snprintf(id, sizeof(id), "%s", says(p.bob, "PRIVMSG #den :rude"));
	peer_send(p.bob, "REDACT #den %s", id);
	assert_false(reported(f, p.carol, id));
	assert_false(reported(f, p.carol,
			      says(p.bob, "@+draft/react=x;+draft/reply=x TAGMSG #den")));
	peer_send(p.bob, "JOIN #other");
	assert_false(reported(f, p.carol, says(p.bob, "PRIVMSG #other :rude")));
	assert_false(reported(f, p.carol, says(p.bob, "PRIVMSG carol :rude")));
	assert_false(hears(p.ann, "reports"));
	assert_true(reported(f, p.carol, says(p.bob, "PRIVMSG #den :rude")));
	assert_true(hears(p.ann, "carol reports a message of bob"));
}

static void a_moderator_who_said_it_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);

	peer_send(p.ann, "MODE #den +o bob");
	assert_true(reported(f, p.carol, says(p.bob, "PRIVMSG #den :rude")));
	assert_false(hears(p.bob, "report"));
	assert_true(hears(p.ann, "carol reports a message of bob"));
	// Nor is who reports, nor who cannot come.
	assert_true(reported(f, p.ann, says(p.carol, "PRIVMSG #den :rude")));
	assert_false(hears(p.ann, "ann reports"));
	admin_answer_free(fixture_verb(f, "user disable bob", NULL));
	assert_false(reported(f, p.ann, says(p.carol, "PRIVMSG #den :rude")));
}

static void an_administrator_in_chat_is_somebody_too(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);
	bool has_other = false, has_own = false;
	struct peer *root;

	(void)fixture_admin_account(f, "root");
	root = fixture_login(f, "root", CAPS);
	peer_send(root, "JOIN #den");
	assert_true(reported(f, p.carol, says(root, "PRIVMSG #den :rude")));
	assert_true(reported(f, p.carol, says(p.bob, "PRIVMSG #den :rude")));
	fixture_skip(f);
	peer_send(root, "PRIVMSG Snug :room log #den");
	fixture_pass(f, 1000);
	for (const char *line; (line = peer_next(root));) {
		has_other |= strstr(line, "bob: ") != NULL;
		has_own |= strstr(line, "root: ") != NULL;
	}
	assert_true(has_other);
	assert_false(has_own);
}

static void what_may_not_stand_in_a_text_is_no_reason(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);
	const char *id = says(p.bob, "PRIVMSG #den :rude");

	fixture_skip(f);
	peer_send(p.carol,
		  "PRIVMSG ChanServ :REPORT #den %s ru\xe2\x80\xae"
		  "de",
		  id);
	assert_true(hears(p.carol, "FAIL REPORT INVALID_TEXT"));
	fixture_disk_is(f, DISK_LOW);
	peer_send(p.carol, "PRIVMSG ChanServ :REPORT #den %s rude", id);
	assert_true(hears(p.carol, "FAIL REPORT"));
	assert_false(hears(p.ann, "reports"));
}

static void that_it_was_reported_outlives_a_restart(void **state)
{
	struct fixture *f = *state;
	struct people p = gather(f);
	char id[64];

	(void)snprintf(id, sizeof(id), "%s", says(p.bob, "PRIVMSG #den :rude"));
	assert_true(reported(f, p.carol, id));
	fixture_restart(f, false);
	p.carol = fixture_login(f, "carol", CAPS);
	assert_false(reported(f, p.carol, id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(one_account_reports_so_many_within_an_hour),
		HUB_TEST(only_what_was_said_and_is_still_there),
		HUB_TEST(a_moderator_who_said_it_is_not_told),
		HUB_TEST(an_administrator_in_chat_is_somebody_too),
		HUB_TEST(what_may_not_stand_in_a_text_is_no_reason),
		HUB_TEST(that_it_was_reported_outlives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
