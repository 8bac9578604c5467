// SPDX-License-Identifier: MIT
// The verbs of the command line over the wire: who gets them, rows as JSON, how it ends.
#include "server/hub/door/step_up.h"
#include "server/hub/people/account.h"
#include "server/hub/state/session.h"
#include "tests/support/hub_fixture_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// An administrator who has proved just now to be there.
static struct peer *admin(struct fixture *f, bool is_proved)
{
	(void)fixture_admin_account(f, "root");
	struct peer *root = fixture_login(f, "root", "batch labeled-response message-tags");

	if (!is_proved)
		fixture_pass(f, STEP_UP_MS);
	return root;
}

static void verbs_are_for_administrators(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "");

	peer_send(ann, "ADMIN VERBS");
	expect(ann, "server FAIL ADMIN DISALLOWED VERBS :*");
	peer_send(ann, "ADMIN run :[\"user\",\"list\"]");
	expect(ann, "server FAIL ADMIN DISALLOWED run :*");
	peer_send(ann, "ADMIN");
	expect(ann, "server 256 ann * :*");
}

static void each_verb_is_an_object(void **state)
{
	struct fixture *f = *state;
	struct peer *root = admin(f, false);

	peer_send(root, "ADMIN VERBS");
	expect_later(root, "server ADMIN * :{\"noun\":\"user\",\"verb\":\"list\","
			   "\"kind\":\"looks\",*");
}

static void rows_come_as_those_of_the_command_line(void **state)
{
	struct fixture *f = *state;
	struct peer *root = admin(f, false);

	peer_send(root, "ADMIN RUN :[\"invite\",\"list\"]");
	expect(root, "server NOTE ADMIN VERB_DONE :0 invites");
	peer_send(root, "ADMIN RUN :[\"user\",\"list\"]");
	expect_later(root, "server ADMIN * :{\"name\":\"root\",*");
	expect_later(root, "server NOTE ADMIN VERB_DONE :*");
}

static void what_acts_wants_a_proof(void **state)
{
	struct fixture *f = *state;
	struct peer *root = admin(f, false);

	peer_send(root, "ADMIN RUN :[\"room\",\"add\",\"den\"]");
	expect(root, "server FAIL ADMIN STEP_UP_REQUIRED :*");
	step_up_proved(session_find(f->hub, peer_id(root)));
	peer_send(root, "ADMIN RUN :[\"room\",\"add\",\"den\"]");
	expect(root, "server ADMIN * :{\"changed\":true}");
	expect(root, "server NOTE ADMIN VERB_DONE :*");
	peer_send(root, "ADMIN RUN :[\"audit\",\"list\"]");
	expect_later(root, "server ADMIN * :*\"room add\"*");
}

static void what_is_wrong_is_said(void **state)
{
	static const char *const lines[][2] = {
		{"ADMIN RUN", "server FAIL ADMIN INVALID_PARAMS RUN :*"},
		{"ADMIN RUN :user list", "server FAIL ADMIN INVALID_PARAMS RUN :*"},
		{"ADMIN RUN :[]", "server FAIL ADMIN INVALID_PARAMS RUN :*"},
		{"ADMIN RUN :[\"user\",1]", "server FAIL ADMIN INVALID_PARAMS RUN :*"},
		{"ADMIN RUN :{\"user\":\"list\"}", "server FAIL ADMIN INVALID_PARAMS RUN :*"},
		{"ADMIN RUN :[\"no\",\"verb\"]",
		 "server FAIL ADMIN INVALID_PARAMS :no such verb"},
		{"ADMIN RUN :[\"user\",\"list\",\"--no\"]",
		 "server FAIL ADMIN INVALID_PARAMS :*"},
		{"ADMIN RUN :[\"user\",\"show\",\"zoe\"]",
		 "server FAIL ADMIN NO_SUCH_THING :there is no account zoe"},
	};
	struct fixture *f = *state;
	struct peer *root = admin(f, true);

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		peer_send(root, "%s", lines[i][0]);
		expect(root, lines[i][1]);
	}
	expect_none(root);
}

// A password is hashed elsewhere meanwhile: the answer is still that to the line.
static void a_slow_verb_keeps_its_label(void **state)
{
	struct fixture *f = *state;
	struct peer *root = admin(f, true);

	peer_send(root, "@label=7 ADMIN RUN :[\"user\",\"add\",\"zoe\",\"--generate\"]");
	expect_later(root, "@label=7 server BATCH * labeled-response");
	expect_later(root, "@batch=* server ADMIN * :{\"changed\":true,\"plain\":*");
	expect_later(root, "@batch=* server NOTE ADMIN VERB_DONE :*");
	peer_send(root, "@label=8 ADMIN RUN :[\"usage\"]");
	expect_later(root, "@label=8 server BATCH * labeled-response");
	expect_later(root, "@batch=* server ADMIN * :{\"of\":\"total\",*");
	expect_later(root, "@batch=* server NOTE ADMIN VERB_DONE :*");
}

// Nobody else is answered in the place of who asked.
static void who_left_is_answered_by_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *root = admin(f, true);

	peer_send(root, "ADMIN RUN :[\"user\",\"list\"]");
	assert_null(f->inside->mail.answer);
	fixture_hold_answers(f, true);
	peer_send(root, "ADMIN RUN :[\"usage\"]");
	peer_close(root);
	fixture_hold_answers(f, false);
	fixture_settle(f);
	assert_null(f->inside->mail.answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(verbs_are_for_administrators),
		HUB_TEST(each_verb_is_an_object),
		HUB_TEST(rows_come_as_those_of_the_command_line),
		HUB_TEST(what_acts_wants_a_proof),
		HUB_TEST(what_is_wrong_is_said),
		HUB_TEST(who_left_is_answered_by_nothing),
		HUB_TEST(a_slow_verb_keeps_its_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
