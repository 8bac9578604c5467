// SPDX-License-Identifier: MIT
// Who is told that a message was removed, where it was, and in what words.
#include "common/encode.h"
#include "server/hub/history/recent.h"
#include "server/hub/pages/redact.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/room.h"
#include "server/letters/admin.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ALL "message-tags server-time echo-message batch draft/message-redaction"

static void by_server(struct fixture *f, const char *id)
{
	char words[80];

	snprintf(words, sizeof(words), "message redact %s --confirm", id);
	admin_answer_free(fixture_verb(f, words, NULL));
}

static void both_of_a_conversation_hear_it(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ALL), *bob = fixture_login(f, "bob", ALL);

	peer_send(ann, "PRIVMSG bob :oops");
	expect(ann, "@msgid=$id ann PRIVMSG bob oops");
	peer_skip(bob);
	by_server(f, fixture_var(f, "id"));
	expect(ann, "server REDACT bob $id");
	expect(bob, "server REDACT bob $id");
	expect_none(ann);
	expect_none(bob);
	peer_send(ann, "PRIVMSG ann :note");
	expect_later(ann, "@msgid=$note ann PRIVMSG ann note");
	peer_skip(ann);
	by_server(f, fixture_var(f, "note"));
	expect(ann, "server REDACT ann $note");
	expect_none(ann);
}

static void the_author_is_told_of_which_conversation(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", "message-tags echo-message");

	(void)fixture_account(f, "bob");
	peer_send(ann, "PRIVMSG bob :oops");
	expect(ann, "@msgid=$id ann PRIVMSG bob oops");
	by_server(f, fixture_var(f, "id"));
	expect(ann, "server NOTICE ann :An administrator removed your message of * UTC from "
		    "your conversation with bob");
}

// Of two of whom one is gone the other hears it.
static void who_is_left_hears_it(void **state)
{
	struct fixture *f = *state;

	for (int is_author = 0; is_author < 2; is_author++) {
		struct peer *ann, *bob;

		fixture_renew(f, NULL);
		ann = fixture_login(f, "ann", ALL);
		bob = fixture_login(f, "bob", ALL);
		peer_send(is_author ? bob : ann, "PRIVMSG %s :oops", is_author ? "ann" : "bob");
		expect_later(ann, "@msgid=$id * PRIVMSG * oops");
		admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
		peer_skip(ann);
		by_server(f, fixture_var(f, "id"));
		expect(ann, is_author ? "server REDACT ann $id" : "server REDACT bob $id");
		expect_none(ann);
	}
}

// Only a hidden room that one is not in is not named.
static void a_room_is_named_to_who_may_know_it(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 4; i++) {
		bool is_hidden = i & 1, is_in = i & 2;
		struct peer *ann, *bob;

		fixture_renew(f, NULL);
		ann = fixture_login(f, "ann", ALL);
		bob = fixture_login(f, "bob", "");
		peer_join(ann, "#den");
		peer_join(bob, "#den");
		peer_send(bob, "PRIVMSG #den :oops");
		expect(ann, "@msgid=$id bob PRIVMSG #den oops");
		if (is_hidden)
			peer_send(ann, "MODE #den +s");
		if (!is_in)
			peer_send(bob, "PART #den");
		peer_skip(bob);
		peer_send(ann, "REDACT #den %s", fixture_var(f, "id"));
		expect(bob, is_hidden && !is_in
				    ? "server NOTICE bob :* a room that you are no longer in"
				    : "server NOTICE bob :* UTC from #den");
	}
}

// A row of the room's log is for what a moderator did, and no words for a reaction.
static void what_one_removes_oneself_is_nobodys_business(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ALL),
		    *bob = fixture_login(f, "bob", "message-tags echo-message");
	entry_no head;

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	peer_send(ann, "PRIVMSG #den :oops");
	expect(ann, "@msgid=$id ann PRIVMSG #den oops");
	head = f->hub->head;
	peer_send(ann, "REDACT #den $id");
	assert_int_equal(f->hub->head, head + 1);
	peer_skip(bob);
	peer_send(bob, "@+draft/react=x TAGMSG #den");
	expect(bob, "@msgid=$like bob TAGMSG #den");
	head = f->hub->head;
	peer_send(ann, "REDACT #den $like");
	assert_int_equal(f->hub->head, head + 2);
	expect_none(bob);
}

static void a_deleted_author_is_told_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ALL), *bob = fixture_login(f, "bob", "");

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :oops");
	expect(ann, "@msgid=$id bob PRIVMSG #den oops");
	admin_answer_free(fixture_verb(f, "user delete bob --confirm bob", NULL));
	peer_skip(ann);
	peer_send(ann, "REDACT #den $id");
	expect(ann, "ann REDACT #den $id");
}

// With its edits: those that are gone already are not removed twice, and one that came while
// the history was read goes, too.
static void edits_go_with_it(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ALL), *bob = fixture_login(f, "bob", ALL);
	struct rows rows = {0};
	struct entry_message messages[2] = {0};
	const struct stream *den;

	peer_join(ann, "#den");
	peer_join(bob, "#den");
	den = &room_find(f->hub, SPAN("#den"))->stream;
	peer_send(bob, "PRIVMSG #den :oops");
	expect(bob, "@msgid=$id bob PRIVMSG #den oops");
	peer_send(bob, "@+draft/edit=$id PRIVMSG #den :one");
	expect(bob, "@msgid=$one bob PRIVMSG #den one");
	peer_send(bob, "@+draft/edit=$id PRIVMSG #den :two");
	expect(bob, "@msgid=$two bob PRIVMSG #den two");
	fixture_skip(f);
	// As if the answer had been made before the second edit.
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		assert_true(
			decode_id(span_of(fixture_var(f, i ? "one" : "id")), &messages[i].id));
		messages[i].stream = den->id;
		messages[i].account = account_find(f->hub, SPAN("bob"))->id;
		messages[i].sender = SPAN("bob");
		messages[i].redacted = i == 1;
	}
	recent_redact(f->hub, messages[1].id);
	rows.messages = messages;
	rows.n_messages = ARRAY_LEN(messages);
	redact_by_server(f->hub, den, &rows, SPAN(""));
	fixture_settle(f);
	expect(ann, "server REDACT #den $id");
	expect(ann, "server REDACT #den $two");
	expect_none(ann);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(both_of_a_conversation_hear_it),
		HUB_TEST(the_author_is_told_of_which_conversation),
		HUB_TEST(who_is_left_hears_it),
		HUB_TEST(a_room_is_named_to_who_may_know_it),
		HUB_TEST(what_one_removes_oneself_is_nobodys_business),
		HUB_TEST(a_deleted_author_is_told_nothing),
		HUB_TEST(edits_go_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
