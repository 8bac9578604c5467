// SPDX-License-Identifier: MIT
// What the server says of devices, factors, invites, display names and rooms, in rows.
#include "tests/unit/client/lines_fixture.h"

#include "client/model/hush.h"

static void each_says_so_or_nothing(void **state)
{
	static const struct line_row rows[] = {
		{":srv CERT DEL 17 PIN :lap", "#den", LINE_INFO, "lap can no longer log in"},
		{":srv CERT DEL 17", NULL, 0, NULL},
		{"@batch=o :srv CERT DEL 17 PIN :lap", NULL, 0, NULL},
		{"@label=x :srv CERT DEL 17 PIN :lap", NULL, 0, NULL},
		{":srv CERT LIST 18 PIN * * :lap", "#den", LINE_INFO,
		 "device lap: added *, last used *"},
		{":srv CERT LIST 18 PIN :lap", NULL, 0, NULL},
		{":srv CERT OTHER 18 PIN * * :lap", NULL, 0, NULL},
		{":srv CERT OTHER a b c d e f g", NULL, 0, NULL},
		{":srv CERT LOGINS a b c IN password", NULL, 0, NULL},
		{":srv CERT LOGINS 2026-11-22T12:05 2026-11-23T08:00:01 2 IN key 192.0.2.1 :lap",
		 "#den", LINE_INFO,
		 "logged in 2 times by key from 192.0.2.1 (lap), last 2026-11-23T08:00"},
		{":srv CERT CLAIM 5 192.0.2.1 :lap", NULL, 0, NULL},
		{":srv 2FA ADD SUCCESS :x", NULL, 0, NULL},
		{":srv 2FA DISABLE :x", NULL, 0, NULL},
		{"@label=x :srv 2FA DISABLE SUCCESS :x", NULL, 0, NULL},
		{":srv 2FA DISABLE SUCCESS :off", "#den", LINE_INFO, "off"},
		// Invites and invitations.
		{":srv INVITELINK LIST 71 * 2 3 2026-11-29T12:05:31.204Z", "#den", LINE_INFO,
		 "invite 71: 2 of 3 may still come, until 2026-11-29"},
		{":srv INVITELINK LIST 71 * 2 3 2026-11-29T12:05:31.204Z x", "#den", LINE_INFO,
		 "invite 71: 2 of 3 may still come, until 2026-11-29"},
		{":srv INVITELINK OTHER 71 * 2 3 2026-11-29T12:05:31.204Z x", NULL, 0, NULL},
		{":bob!b@h INVITE dora #den", "#den", LINE_INFO, "invited dora"},
		{":bob!b@h INVITE dora #pit", NULL, 0, NULL},
		{":srv.test INVITE ann #pit", NULL, 0, NULL},
		{":bob!b@h INVITE ann", NULL, 0, NULL},
		{":srv INVITED *", NULL, 0, NULL},
		// Names: what the server tells on its own is in a batch.
		{":srv 761 ann bob display-name * :Bob", "#den", LINE_INFO,
		 "bob is shown as Bob"},
		{"@batch=o :srv 761 ann bob display-name * :Bob", NULL, 0, NULL},
		{":srv 766 ann bob avatar :none", NULL, 0, NULL},
		{":srv 766 ann bob display-name :none", "#den", LINE_INFO,
		 "bob has no display name"},
		{"@batch=o :srv 766 ann bob display-name :none", NULL, 0, NULL},
		{":srv METADATA : display-name * :x", NULL, 0, NULL},
		{":srv METADATA #den display-name * :x", NULL, 0, NULL},
	};
	struct fixture *f = *state;

	say(f->m, ":srv BATCH +o other");
	expect_lines(f, rows, ARRAY_LEN(rows));
	assert_int_equal(f->m->n_invitations, 0);
	assert_null(person_find(f->m, SPAN("#den")));
	say(f->m, ":srv METADATA * display-name * :Annie");
	assert_string_equal(f->m->me->display, "Annie");
	say(f->m, ":srv METADATA * avatar * :x");
	assert_string_equal(f->m->me->display, "Annie");
}

// Only the question that it is about is taken back.
static void a_question_is_taken_back_by_its_number(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int id;
		const char *line;
		bool is_over;
	} rows[] = {
		{QUESTION_LET_IN, ":srv CERT OVER 5", true},
		{QUESTION_VOUCH, ":srv CERT OVER 5", true},
		{QUESTION_READ, ":srv CERT OVER 5", false},
		{QUESTION_LET_IN, ":srv CERT OVER 6", false},
		{QUESTION_LET_IN, ":srv CERT OVER x", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		model_ask(f->m, rows[i].id, SPAN("?"), "yn");
		f->m->question.about = 5;
		say(f->m, rows[i].line);
		if ((f->m->question.id == 0) != rows[i].is_over)
			fail_msg("%s of %d", rows[i].line, rows[i].id);
	}
	model_ask_done(f->m, QUESTION_READ);
	assert_int_equal(f->m->question.id, QUESTION_LET_IN);
}

static void what_is_quiet_is_said_once_it_is_listed(void **state)
{
	static const struct line_row rows[] = {
		{":srv QUIET ADD ignore bob *", NULL, 0, NULL},
		{":srv QUIET LIST *", NULL, 0, NULL},
		{":srv QUIET ADD mute #pit *", "#den", LINE_INFO,
		 "#pit is muted: no counts, no alerts"},
		{":srv QUIET ADD dnd * 2026-11-22T12:00:00.000Z", "#den", LINE_INFO,
		 "nothing rings"},
		{":srv QUIET DEL dnd *", "#den", LINE_INFO, "it rings again"},
		{":srv QUIET ADD ignore", NULL, 0, NULL},
		{":srv QUIET ADD", NULL, 0, NULL},
		{":srv QUIET DEL mute #pit", "#den", LINE_INFO, "#pit is not muted"},
	};
	struct fixture *f = *state;

	expect_lines(f, rows, ARRAY_LEN(rows));
	assert_int_equal(hush_find(f->m, "ignore", SPAN("bob"))->until_ms, INT64_MAX);
	assert_null(hush_find(f->m, "mute", SPAN("#pit")));
	assert_int_equal(f->m->n_hushes, 1);
	say(f->m, ":srv QUIET OTHER ignore bob *");
	assert_non_null(hush_find(f->m, "ignore", SPAN("bob")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_says_so_or_nothing),
		TEST(a_question_is_taken_back_by_its_number),
		TEST(what_is_quiet_is_said_once_it_is_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
