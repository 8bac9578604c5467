// SPDX-License-Identifier: MIT
// A page of history: which messages are on it, what is around them, and of what it is asked.
#include "server/hub/pages/page.h"
#include "server/hub/people/account.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HALF (HISTORY_PAGE_BYTES / 2)

static char zeros[HISTORY_PAGE_BYTES + 1];

struct sized {
	size_t text, tags;
	int64_t time_ms;
};

static struct rows *rows_of(const struct sized *all, size_t n)
{
	struct rows *rows = rows_new(1);

	for (size_t i = 0; i < n; i++)
		*rows_add_message(rows) =
			(struct entry_message){.time_ms = all[i].time_ms,
					       .text = span_from(zeros, all[i].text),
					       .tags = span_from(zeros, all[i].tags)};
	return rows;
}

static void a_page_has_so_many_bytes_and_whole_times(void **state UNUSED)
{
	static const struct {
		struct sized all[4];
		size_t n;
		bool newest;
		size_t first, end;
	} rows[] = {
		{{{0}}, 0, false, 0, 0},
		{{{0}}, 0, true, 0, 0},
		{{{HALF, 0, 1}, {HALF, 0, 2}, {1, 0, 3}, {1, 0, 4}}, 4, false, 0, 2},
		{{{HALF, 0, 1}, {0, HALF, 2}, {0, 1, 3}, {1, 0, 4}}, 4, false, 0, 2},
		{{{1, 0, 1}, {1, 0, 2}, {HALF, 0, 3}, {HALF, 0, 4}}, 4, true, 2, 4},
		{{{1, 0, 1}, {2, 0, 2}, {3, 0, 3}, {4, 0, 4}}, 4, true, 0, 4},
		{{{1, 0, 1}, {2, 0, 2}, {3, 0, 3}, {4, 0, 4}}, 4, false, 0, 4},
		// One that is longer than a page is one.
		{{{2 * HALF + 1, 0, 1}, {1, 0, 2}}, 2, false, 0, 1},
		{{{1, 0, 1}, {2 * HALF + 1, 0, 2}}, 2, true, 1, 2},
		// Those of one time stay together.
		{{{HALF, 0, 1}, {HALF, 0, 2}, {1, 0, 2}, {1, 0, 3}}, 4, false, 0, 3},
		{{{1, 0, 1}, {1, 0, 2}, {HALF, 0, 2}, {HALF, 0, 3}}, 4, true, 1, 4},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rows *r = rows_of(rows[i].all, rows[i].n);
		size_t first, end;

		page_bounds(r, rows[i].newest, &first, &end);
		if (first != rows[i].first || end != rows[i].end)
			fail_msg("row %zu: %zu to %zu", i, first, end);
		rows_free(r);
	}
}

static void all_that_one_takes_part_in_is_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");
	const struct account *a = account_find(f->hub, SPAN("bob"));
	struct query *q = query_new(QUERY_SEARCH, 1);

	peer_join(ann, "#den");
	peer_join(ann, "#other");
	peer_join(bob, "#den");
	peer_send(ann, "MODE #den +H");
	peer_send(ann, "PRIVMSG bob :hi");
	page_ask_all(a, q);
	assert_int_equal(q->account, a->id);
	assert_int_equal(q->n_streams, 2);
	assert_int_equal(q->streams[0], room_find(f->hub, SPAN("#den"))->stream.id);
	assert_true(q->floors[0] > 0);
	assert_int_equal(q->floors[1], 0);
	assert_non_null(history_stream(f->hub, q->streams[1])->dialog);
	query_free(q);
}

static void who_said_it_is_found_under_each_name(void **state)
{
	struct fixture *f = *state;
	account_id bob = fixture_account(f, "bob")->id;
	static const char *const names[] = {"BOB", "rob", "bob", "nobody"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct query *q = query_new(QUERY_SEARCH, 1);

		if (i == 1)
			admin_answer_free(fixture_verb(f, "user rename bob rob", NULL));
		page_ask_sender(f->hub, q, span_of(names[i]));
		assert_int_equal(q->sender_id, i < 3 ? bob : 0);
		assert_true(span_eq(q->sender, span_of(names[i])));
		query_free(q);
	}
}

static void what_a_target_names(void **state)
{
	static const struct {
		const char *target;
		bool is_found, is_known;
	} rows[] = {
		{"#den", true, true},    {"#DEN", true, true},   {"#other", false, false},
		{"#none", false, false}, {"", false, false},     {"ann", true, true},
		{"carl", false, true},   {"dora", false, false},
	};
	struct fixture *f = *state;
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", "");

	(void)fixture_account(f, "carl");
	peer_join(bob, "#den");
	peer_join(ann, "#other");
	peer_send(ann, "PRIVMSG bob :hi");
	assert_null(find_history(peer_session(bob), (struct span){0}, &(bool){true}));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool known;
		const struct stream *stream =
			find_history(peer_session(bob), span_of(rows[i].target), &known);

		if ((stream != NULL) != rows[i].is_found || known != rows[i].is_known)
			fail_msg("%s", rows[i].target);
		assert_true(!stream || !stream->room == (rows[i].target[0] != '#'));
	}
}

// Two of #den, one of the conversation with ann, one of nowhere, one more of #den, and one that
// bob may not read.
static size_t said(struct fixture *f, struct entry_message out[static 6])
{
	static const char *const texts[] = {"one", "two", "three", "lost", "four", "hidden"};
	const struct account *ann = account_find(f->hub, SPAN("ann"));
	stream_id den = room_find(f->hub, SPAN("#den"))->stream.id;
	stream_id other = room_find(f->hub, SPAN("#other"))->stream.id;
	struct dialog *d = dialog_of(f->hub, account_find(f->hub, SPAN("ann")),
				     account_find(f->hub, SPAN("bob")), true);
	const stream_id streams[] = {den, den, d->stream.id, 0, den, other};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		out[i] = (struct entry_message){.id = history_new_id(f->hub),
						.stream = streams[i],
						.account = ann->id,
						.sender = SPAN("ann"),
						.time_ms = f->now.wall_ms,
						.kind = MESSAGE_PRIVMSG,
						.text = span_of(texts[i])};
	return ARRAY_LEN(texts);
}

static struct peer *shown(struct fixture *f, const char *caps, bool is_live)
{
	struct peer *ann = fixture_login(f, "ann", ""), *bob = fixture_login(f, "bob", caps);
	struct entry_message messages[6];
	size_t n;

	peer_join(ann, "#den");
	peer_join(ann, "#other");
	peer_join(bob, "#den");
	fixture_skip(f);
	n = said(f, messages);
	page_show_runs(peer_session(bob), messages, n, is_live, false);
	fixture_settle(f);
	expect_none(ann);
	return bob;
}

static void each_run_of_one_stream_is_a_batch(void **state)
{
	struct peer *bob = shown(*state, "batch message-tags server-time", false);

	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "@batch=* ann PRIVMSG #den :one");
	expect(bob, "@batch=* ann PRIVMSG #den :two");
	expect(bob, "server BATCH -*");
	expect(bob, "server BATCH +* chathistory ann");
	expect(bob, "@batch=* ann PRIVMSG bob :three");
	expect(bob, "server BATCH -*");
	expect(bob, "server BATCH +* chathistory #den");
	expect(bob, "@batch=* ann PRIVMSG #den :four");
	expect(bob, "server BATCH -*");
	expect_none(bob);
}

static void where_there_are_no_batches_there_are_lines_with_times(void **state)
{
	struct peer *bob = shown(*state, "", false);

	expect(bob, "ann PRIVMSG #den :[2026-01-01 00:00] one");
	expect(bob, "ann PRIVMSG #den :[2026-01-01 00:00] two");
	expect(bob, "ann PRIVMSG bob :[2026-01-01 00:00] three");
	expect(bob, "ann PRIVMSG #den :[2026-01-01 00:00] four");
	expect_none(bob);
}

static void live_ones_look_as_when_they_were_said(void **state)
{
	static const char *const caps[] = {"", "batch message-tags server-time"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
		struct peer *bob = shown(f, caps[i], true);

		expect(bob, "@!batch ann PRIVMSG #den :one");
		expect(bob, "@!batch ann PRIVMSG #den :two");
		expect(bob, "@!batch ann PRIVMSG bob :three");
		expect(bob, "@!batch ann PRIVMSG #den :four");
		expect_none(bob);
		fixture_renew(f, NULL);
	}
}

static void a_page_is_opened_where_there_are_batches(void **state)
{
	struct fixture *f = *state;
	char ref[BATCH_REF_LEN + 1] = "x";
	struct peer *p = fixture_login(f, "ann", "batch message-tags"),
		    *old = fixture_login(f, "bob", "");

	page_open(peer_session(p), "kind", SPAN("target"), PAGE_END, ref);
	assert_int_equal(strlen(ref), BATCH_REF_LEN);
	page_open(peer_session(p), "kind", (struct span){0}, SPAN(""), ref);
	page_open(peer_session(old), "kind", SPAN("target"), PAGE_END, ref);
	assert_string_equal(ref, "");
	fixture_settle(f);
	expect(p, "@draft/chathistory-end server BATCH +* kind target");
	expect(p, "@!draft/chathistory-end server BATCH +* kind");
	expect_none(p);
	expect_none(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_so_many_bytes_and_whole_times),
		HUB_TEST(all_that_one_takes_part_in_is_asked),
		HUB_TEST(who_said_it_is_found_under_each_name),
		HUB_TEST(what_a_target_names),
		HUB_TEST(each_run_of_one_stream_is_a_batch),
		HUB_TEST(where_there_are_no_batches_there_are_lines_with_times),
		HUB_TEST(live_ones_look_as_when_they_were_said),
		HUB_TEST(a_page_is_opened_where_there_are_batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
