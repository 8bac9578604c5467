// SPDX-License-Identifier: MIT
// Erasing where something is in its way: a hub that ends, a disk that takes nothing, a name that
// somebody has; and what it leaves alone.
#include "server/hub/door/erase.h"
#include "server/hub/people/account.h"
#include "server/letters/admin.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define CAPS "message-tags draft/message-redaction draft/event-playback"

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	if (a->code != ADMIN_DONE)
		fail_msg("%s: %d " SPAN_FMT, words, a->code, SPAN_ARG(a->words));
	admin_answer_free(a);
}

enum told { NOTHING, PARTLY, CLEAN };

static void on_end(const struct erasure *e UNUSED, bool is_clean, void *arg)
{
	*(enum told *)arg = is_clean ? CLEAN : PARTLY;
}

static void a_name_that_somebody_has_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct account *bob = fixture_account(f, "bob");
	account_id id = bob->id;
	char name[40];
	struct erasure *e;

	snprintf(name, sizeof(name), "erased-%lld", (long long)bob->id);
	(void)fixture_account(f, name);
	e = erase_account(bob);
	snprintf(name, sizeof(name), "erased-%lld-", (long long)id);
	assert_string_equal(e->name, name);
}

static size_t count_lines(struct peer *p, const char *what)
{
	size_t n = 0;

	for (const char *line; (line = peer_next(p)) != NULL;)
		n += strstr(line, what) != NULL;
	return n;
}

// What a room tells of itself is no message.
static void of_what_was_written_messages_alone_are_redacted(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", CAPS),
		    *bob = fixture_login(f, "bob", CAPS);

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_send(alice, "MODE #den +o bob");
	peer_send(bob, "TOPIC #den :tea");
	peer_send(bob, "PRIVMSG #den :secret");
	peer_send(alice, "KICK #den bob :out");
	peer_join(bob, "#den");
	peer_send(bob, "PART #den :gone");
	fixture_skip(f);
	verb(f, "user erase bob --confirm bob");
	assert_int_equal(count_lines(alice, "REDACT"), 1);
}

static void nobody_hears_of_it_in_a_room_that_is_gone(void **state)
{
	struct fixture *f = *state;
	struct peer *bob = fixture_login(f, "bob", CAPS);

	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :secret");
	verb(f, "room delete den --confirm #den");
	verb(f, "user erase bob --confirm bob");
	assert_int_equal(f->hub->erasures.n_items, 0);
}

// With so many rows of others in the audit log.
static entry_no entries_of_erasing(struct fixture *f, int n_rows)
{
	entry_no head;

	for (int i = 0; i < n_rows; i++)
		verb(f, "server announce hello");
	(void)fixture_account(f, "bob");
	head = f->hub->head;
	(void)erase_account(account_find(f->hub, SPAN("bob")));
	fixture_pass(f, 5000);
	assert_int_equal(f->hub->erasures.n_items, 0);
	return f->hub->head - head;
}

static void what_others_did_is_not_written_anew(void **state)
{
	struct fixture *f = *state;
	entry_no n = entries_of_erasing(f, 1);

	fixture_renew(f, NULL);
	assert_int_equal(entries_of_erasing(f, 5), n);
}

static void a_hub_that_ends_erases_nothing_more(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	enum told told = NOTHING;
	struct peer *bob = fixture_login(f, "bob", CAPS);
	struct erasure *e;
	entry_no head;

	peer_join(bob, "#den");
	peer_send(bob, "PRIVMSG #den :secret");
	fixture_traces(f, true);
	fixture_hold_answers(f, true);
	e = erase_account(account_find(h, SPAN("bob")));
	erasure_wait(h, e, on_end, &told);
	fixture_pass(f, 100);
	assert_true(e->is_asked);
	// It looks at nothing, and asks nothing.
	e->is_asked = false;
	h->stopping = true;
	head = h->head;
	h->on_erasures.fn(h, &h->on_erasures);
	assert_false(e->is_asked);
	e->is_asked = true;
	e->stage = ERASE_TRACES;
	h->is_clean = true;
	erasures_look(h);
	assert_int_equal(h->erasures.n_items, 1);
	assert_int_equal(h->head, head);
	e->stage = ERASE_MESSAGES;
	h->is_clean = false;
	h->stopping = false;
	// Whoever waits is told so, and the next process goes on.
	fixture_restart(f, false);
	assert_int_equal(told, PARTLY);
	fixture_hold_answers(f, false);
	fixture_traces(f, false);
	fixture_pass(f, 5000);
	assert_int_equal(f->hub->erasures.n_items, 0);
}

static void it_ends_when_all_is_stored(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct erasure *e;

	fixture_traces(f, true);
	e = erase_account(fixture_account(f, "bob"));
	fixture_pass(f, 5000);
	assert_int_equal(e->stage, ERASE_TRACES);
	e->last = h->durable + 1;
	h->is_clean = true;
	erasures_look(h);
	assert_int_equal(h->erasures.n_items, 1);
	e->last = h->durable;
	erasures_look(h);
	assert_int_equal(h->erasures.n_items, 0);
}

static void a_full_disk_is_asked_nothing(void **state)
{
	struct fixture *f = *state;
	struct erasure *e = erase_account(fixture_account(f, "bob"));
	int64_t asked;

	fixture_disk_is(f, DISK_FULL);
	asked = fixture_asked(f);
	fixture_pass(f, 5000);
	assert_int_equal(fixture_asked(f), asked);
	assert_int_equal(e->stage, ERASE_MESSAGES);
	fixture_disk_is(f, DISK_FINE);
	fixture_pass(f, 5000);
	assert_int_equal(f->hub->erasures.n_items, 0);
}

static void what_was_begun_goes_on_where_there_are_shards(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct entry_erasure row = {.account = 77, .name = SPAN("erased-77")};
	const struct erasure *e;

	erasures_start(h);
	assert_false(h->on_erasures.is_set);
	erasure_load(h, &row);
	row.stage = ERASE_AUDIT;
	row.upto = 5;
	erasure_load(h, &row);
	assert_int_equal(h->erasures.n_items, 1);
	e = erasure_of(h, 77);
	assert_true(e->stage == ERASE_AUDIT && e->upto == 5);
	h->config.n_shards = 0;
	erasures_start(h);
	h->config.n_shards = 1;
	assert_false(h->on_erasures.is_set);
	erasures_start(h);
	assert_true(h->on_erasures.is_set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_name_that_somebody_has_is_not_taken),
		HUB_TEST(of_what_was_written_messages_alone_are_redacted),
		HUB_TEST(nobody_hears_of_it_in_a_room_that_is_gone),
		HUB_TEST(what_others_did_is_not_written_anew),
		HUB_TEST(a_hub_that_ends_erases_nothing_more),
		HUB_TEST(it_ends_when_all_is_stored),
		HUB_TEST(a_full_disk_is_asked_nothing),
		HUB_TEST(what_was_begun_goes_on_where_there_are_shards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
