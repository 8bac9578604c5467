// SPDX-License-Identifier: MIT
// What an account wrote and who it was goes, place by place, while others are there, and also
// when the process ends in the middle.
#include "server/hub/door/erase.h"
#include "server/hub/people/account.h"
#include "server/letters/admin.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ALL                                                                                      \
	"message-tags server-time echo-message batch draft/chathistory draft/message-redaction " \
	"draft/event-playback draft/metadata-2"

static void verb(struct fixture *f, const char *words, enum admin_code code, const char *says)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != code || !memmem(a->words.at, a->words.len, says, strlen(says)))
		fail_msg("%s: %d " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

static const struct account *erased(struct fixture *f)
{
	const struct account *a;
	size_t cursor = 0;

	do {
		a = idmap_next(&f->hub->accounts, &cursor);
		assert_non_null(a);
	} while (!a->erased);
	return a;
}

static void those_who_can_see_hear_it_and_find_places(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :secret one");
	expect(bob, "@msgid=$id bob PRIVMSG #den :secret one");
	peer_send(alice, "PRIVMSG #den :mine");
	fixture_skip(f);
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "erased 1 messages");
	expect_later(alice, "bob QUIT :*");
	expect_later(alice, "server REDACT #den $id");
	assert_true(peer_is_closed(bob));
	peer_send(alice, "CHATHISTORY LATEST #den * 9");
	expect_later(alice, "server BATCH +* chathistory #den");
	expect_later(alice, "@snug.chat/author=erased-* server REDACT #den $id");
	expect_later(alice, "alice PRIVMSG #den mine");
}

static void a_partner_keeps_what_they_said(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	char line[80];

	peer_send(bob, "PRIVMSG alice :secret");
	peer_send(alice, "PRIVMSG bob :hers");
	fixture_skip(f);
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "erased 1 messages");
	expect_later(alice, "server REDACT alice *");
	peer_skip(alice);
	snprintf(line, sizeof(line), "CHATHISTORY LATEST %s * 9", erased(f)->name);
	peer_send(alice, "%s", line);
	expect_later(alice, "server BATCH +* chathistory erased-*");
	expect_later(alice, "alice PRIVMSG erased-* hers");
}

static void what_hangs_on_it_is_gone_and_the_number_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	account_id id = account_find(f->hub, SPAN("bob"))->id;
	const struct account *a;

	peer_join(bob, "#den");
	peer_join(alice, "#den");
	peer_send(bob, "METADATA * SET display-name :Robert");
	peer_send(bob, "SETNAME :Robert Tables");
	peer_send(bob, "TOPIC #den :by me");
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "");
	for (int i = 0; i < 2; i++) {
		a = erased(f);
		assert_int_equal(a->id, id);
		assert_true(a->disabled);
		assert_int_equal(a->n_members, 0);
		assert_string_equal(a->realname, "");
		assert_string_equal(a->password, "");
		assert_int_equal(a->metadata.n_items, 0);
		assert_null(account_find(f->hub, SPAN("bob")));
		assert_int_equal(f->hub->erasures.n_items, 0);
		fixture_restart(f, false);
	}
	verb(f, "room show den", ADMIN_DONE, "");
}

static void nobody_becomes_it_again(void **state)
{
	struct fixture *f = *state;
	char words[80];

	(void)fixture_account(f, "bob");
	verb(f, "user erase bob", ADMIN_UNCONFIRMED, "--confirm bob");
	verb(f, "user erase bob --dry-run", ADMIN_DONE, "would erase bob");
	assert_non_null(account_find(f->hub, SPAN("bob")));
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "");
	verb(f, "user add bob --no-password", ADMIN_CONFLICT, "--reuse");
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "it was erased");
	verb(f, "user erase nobody", ADMIN_NOT_FOUND, "no account nobody");
	snprintf(words, sizeof(words), "user enable %s", erased(f)->name);
	verb(f, words, ADMIN_CONFLICT, "nobody can be it again");
}

static void what_a_deleted_account_left_goes_too(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :secret");
	peer_send(bob, "PRIVMSG alice :secret");
	verb(f, "user delete bob --confirm bob", ADMIN_DONE, "");
	fixture_skip(f);
	verb(f, "user erase bob --confirm bob", ADMIN_DONE, "erased 2 messages");
	expect_later(alice, "server REDACT #den *");
	expect_later(alice, "server REDACT alice *");
}

static void say_many(struct fixture *f, struct peer *p, int n)
{
	for (int i = 0; i < n; i++)
		peer_put(p, "PRIVMSG #den :secret %d", i);
	fixture_settle(f);
}

static void a_restart_goes_on(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	say_many(f, bob, 600);
	(void)erase_account(account_find(f->hub, SPAN("bob")));
	while (((struct erasure *)erasure_of(f->hub, erased(f)->id))->upto == 0)
		fixture_pass(f, 1);
	assert_int_equal(f->hub->erasures.n_items, 1);
	fixture_restart(f, true);
	fixture_pass(f, 60000);
	assert_int_equal(f->hub->erasures.n_items, 0);
	alice = fixture_login(f, "alice", ALL);
	peer_send(alice, "CHATHISTORY LATEST #den * 500");
	for (const char *line; (line = peer_next(alice)) != NULL;)
		assert_null(strstr(line, "secret"));
}

static void others_talk_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct erasure *e;
	int n_turns = 0;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	say_many(f, bob, 1000);
	e = erase_account(account_find(f->hub, SPAN("bob")));
	for (; f->hub->erasures.n_items && e->stage == ERASE_MESSAGES; n_turns++) {
		peer_skip(alice);
		peer_send(alice, "PRIVMSG #den :still here %d", n_turns);
		expect_later(alice, "alice PRIVMSG #den :still here *");
		fixture_pass(f, 1);
	}
	assert_true(n_turns >= 4);
}

// What the disk or the readers refuse is done later, and once.
static void what_is_refused_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct erasure *e;
	entry_no head;

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	say_many(f, bob, 3);
	fixture_readers_fail(f, true);
	e = erase_account(account_find(f->hub, SPAN("bob")));
	fixture_pass(f, 5000);
	assert_true(e->stage == ERASE_MESSAGES && !e->upto && !e->n_messages);
	// An answer that comes while nothing can be written.
	fixture_readers_fail(f, false);
	fixture_hold_answers(f, true);
	fixture_pass(f, 1000);
	assert_true(e->is_asked);
	fixture_disk_is(f, DISK_FULL);
	head = f->hub->head;
	fixture_hold_answers(f, false);
	fixture_pass(f, 5000);
	assert_true(!e->is_asked && !e->upto && f->hub->head == head);
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, 5000);
	assert_int_equal(f->hub->erasures.n_items, 0);
}

enum told { NOTHING, PARTLY, CLEAN };

static void on_end(const struct erasure *e, bool is_clean, void *arg)
{
	(void)e;
	*(enum told *)arg = is_clean ? CLEAN : PARTLY;
}

// A reader is in the way of the last traces.
static void the_last_traces_take_their_time_and_go(void **state)
{
	struct fixture *f = *state;
	enum told bob = NOTHING, carol = NOTHING;
	struct erasure *e;

	(void)fixture_account(f, "bob");
	(void)fixture_account(f, "carol");
	fixture_traces(f, true);
	e = erase_account(account_find(f->hub, SPAN("bob")));
	erasure_wait(f->hub, e, on_end, &bob);
	fixture_pass(f, 60000);
	assert_int_equal(e->stage, ERASE_TRACES);
	// It stops no other.
	e = erase_account(account_find(f->hub, SPAN("carol")));
	fixture_pass(f, 1000);
	assert_int_equal(e->stage, ERASE_TRACES);
	assert_int_equal(bob, NOTHING);
	fixture_pass(f, 3600000);
	assert_int_equal(bob, PARTLY);
	assert_int_equal(f->hub->erasures.n_items, 2);

	// And who asks later waits anew.
	erasure_wait(f->hub, e, on_end, &carol);
	fixture_pass(f, 1000);
	assert_int_equal(carol, NOTHING);
	fixture_traces(f, false);
	assert_int_equal(carol, CLEAN);
	assert_int_equal(bob, PARTLY);
	assert_int_equal(f->hub->erasures.n_items, 0);
}

static void what_others_noted_names_it_no_more(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", ALL),
		    *bob = fixture_login(f, "bob", ALL);
	struct admin_answer *a;

	peer_join(alice, "#bob");
	peer_join(bob, "#bob");
	peer_send(alice, "KICK #bob bob :go, bob");
	verb(f, "user rename bob rob", ADMIN_DONE, "");
	verb(f, "user kick rob --reason rob", ADMIN_DONE, "");
	verb(f, "invite create --note for-bob", ADMIN_DONE, "");
	verb(f, "invite create --note rob", ADMIN_DONE, "");
	verb(f, "user erase rob --confirm rob", ADMIN_DONE, "");
	fixture_pass(f, 1000);
	a = fixture_verb(f, "audit list", NULL);
	for (size_t i = 0; i < a->n_rows * a->n_columns; i++) {
		struct span text = a->cells[i].text;

		if (a->cells[i].kind == CELL_TEXT && memmem(text.at, text.len, "rob", 3))
			fail_msg("the audit log says " SPAN_FMT, SPAN_ARG(text));
	}
	admin_answer_free(a);
	peer_skip(alice);
	peer_send(alice, "CHATHISTORY LATEST #bob * 50");
	expect_later(alice, "alice KICK #bob erased-* :go, erased-*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(those_who_can_see_hear_it_and_find_places),
		HUB_TEST(a_partner_keeps_what_they_said),
		HUB_TEST(what_hangs_on_it_is_gone_and_the_number_stays),
		HUB_TEST(nobody_becomes_it_again),
		HUB_TEST(what_a_deleted_account_left_goes_too),
		HUB_TEST(a_restart_goes_on),
		HUB_TEST(others_talk_meanwhile),
		HUB_TEST(what_is_refused_is_tried_again),
		HUB_TEST(the_last_traces_take_their_time_and_go),
		HUB_TEST(what_others_noted_names_it_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
