// SPDX-License-Identifier: MIT
// Invitations to rooms: from whoever is here, from before the login, used, thrown away.
#include "client/model/invitations.h"
#include "tests/unit/client/command_fixture.h"

static void know_the_invited(struct fixture *f)
{
	say(f->m, ":srv CAP ann ACK :snug.chat/invited");
}

static void an_invitation_is_kept_until_it_is_used(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":bob!b@h INVITE ann #ops");
	assert_true(note_says(f, "invites you to #ops"));
	assert_int_equal(f->m->n_invitations, 1);
	assert_string_equal(f->m->invitations[0].by, "bob");
	say(f->m, ":cem!c@h INVITE ann #OPS");
	assert_int_equal(f->m->n_invitations, 1);
	assert_string_equal(f->m->invitations[0].by, "cem");
	say(f->m, ":bob!b@h INVITE dora #ops");
	assert_int_equal(f->m->n_invitations, 1);
	say(f->m, ":ann!a@h JOIN #ops");
	assert_int_equal(f->m->n_invitations, 0);
}

static void a_login_brings_what_is_open_and_nothing_else_is(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":bob!b@h INVITE ann #old");
	know_the_invited(f);
	say(f->m, ":srv 001 ann :hi");
	assert_int_equal(f->m->n_invitations, 0);
	say(f->m, ":srv INVITED #ops bob 2026-11-22T12:05:31.204Z");
	say(f->m, ":srv INVITED *");
	assert_int_equal(f->m->n_invitations, 1);
	assert_int_equal(f->m->invitations[0].at_ms, 1795349131204);
	say(f->m, ":srv DECLINE #ops");
	assert_int_equal(f->m->n_invitations, 0);
}

static void without_a_list_of_the_servers_ours_outlives_the_login(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":bob!b@h INVITE ann #ops");
	say(f->m, ":srv 001 ann :hi");
	assert_int_equal(f->m->n_invitations, 1);
	expect(f, "/decline #ops", "");
	assert_int_equal(f->m->n_invitations, 0);
}

static void declining_asks_the_server_and_waits_for_a_connection(void **state)
{
	struct fixture *f = *state;
	know_the_invited(f);
	say(f->m, ":bob!b@h INVITE ann #ops");
	f->is_offline = true;
	expect(f, "/decline #ops", "");
	assert_int_equal(f->m->n_invitations, 1);
	f->is_offline = false;
	expect(f, "/decline #ops", "DECLINE #ops\n");
	assert_int_equal(f->m->n_invitations, 0);
}

static void a_server_without_end_of_them_fills_no_memory(void **state)
{
	struct fixture *f = *state;
	char line[64];
	for (int i = 0; i < 500; i++) {
		snprintf(line, sizeof(line), ":bob!b@h INVITE ann #r%d", i);
		say(f->m, line);
	}
	assert_int_equal(f->m->n_invitations, 200);
	assert_string_equal(f->m->invitations[199].room, "#r499");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_invitation_is_kept_until_it_is_used),
		TEST(a_login_brings_what_is_open_and_nothing_else_is),
		TEST(without_a_list_of_the_servers_ours_outlives_the_login),
		TEST(declining_asks_the_server_and_waits_for_a_connection),
		TEST(a_server_without_end_of_them_fills_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
