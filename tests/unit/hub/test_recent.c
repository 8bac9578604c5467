// SPDX-License-Identifier: MIT
// The newest messages in memory: what a catch-up is shown of them, and what they forget.
#include "server/hub/history/recent.h"
#include "common/die.h"
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_TEXT 300 // of a message that may have been cut into lines

// A message of entry 10 * id, of one stream for two ids.
static void add_text(struct hub *h, message_id id, struct span text, const char *tags)
{
	const struct entry_message m = {
		.id = id,
		.stream = (stream_id)(id % 2),
		.time_ms = (int64_t)id * 100,
		.kind = MESSAGE_PRIVMSG,
		.sender = SPAN("ann"),
		.text = text,
		.tags = span_of(tags),
	};

	recent_add(h, &m, id * 10);
}

static void add(struct hub *h, message_id from, message_id to)
{
	for (message_id id = from; id <= to; id++)
		add_text(h, id, SPAN("text"), "");
}

// The next one, or this one; without an id: it is not here.
static struct entry_message next(const struct hub *h, message_id id)
{
	const struct entry_message *m = recent_after(h, id);

	return m ? *m : (struct entry_message){0};
}

static struct entry_message at(const struct hub *h, message_id id)
{
	struct entry_message m = next(h, id - 1);

	return m.id == id ? m : (struct entry_message){0};
}

static message_id edit(const struct hub *h, message_id id)
{
	const struct entry_message *m = recent_edit(h, id);

	return m ? m->id : 0;
}

static void where_nothing_was_said_all_is_known(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	h->last_message = 7;
	assert_null(h->recent);
	assert_int_equal(recent_before(h, 5, false), 7);
	assert_true(recent_covers(h, 7));
	assert_false(recent_covers(h, 6));
	assert_null(recent_after(h, 0));
	assert_int_equal(edit(h, 7), 0);
	recent_redact(h, 7);
	recent_expire(h, 1, 7);
	recent_restamp(h, &(struct hub_step){0}, 0);
	recent_free(h);
}

static void one_after_the_other_is_found_by_its_id(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add_text(h, 3, SPAN("three"), "+a=b");
	add_text(h, 5, SPAN("five"), "");
	for (message_id id = 0; id < 3; id++)
		assert_int_equal(next(h, id).id, 3);
	assert_int_equal(next(h, 3).id, 5);
	assert_int_equal(next(h, 4).id, 5);
	assert_int_equal(next(h, 5).id, 0);
	assert_true(span_eq(at(h, 3).text, SPAN("three")));
	assert_true(span_eq(at(h, 3).tags, SPAN("+a=b")));
	assert_true(span_eq(at(h, 3).sender, SPAN("ann")));
	assert_true(span_eq(at(h, 5).text, SPAN("five")));
	assert_int_equal(at(h, 5).tags.len, 0);
	assert_true(recent_covers(h, 2));
	assert_false(recent_covers(h, 1)); // that is in the store
}

// Who got all lines before an entry has seen the message before it; that of the entry, too,
// when a line of it was begun, and there is no more than one.
static void what_was_shown_before_an_entry(void **state)
{
	static char text[LONG_TEXT + 1];
	static const struct {
		entry_no entry;
		bool begun;
		message_id shown;
	} rows[] = {
		{30, false, 2}, {30, true, 3}, // a message of one line
		{25, false, 2}, {25, true, 2}, // an entry that is none
		{40, false, 3}, {40, true, 3}, // of two lines
		{50, false, 4}, {50, true, 5}, // as long as one line can be
		{60, false, 5}, {60, true, 5}, // longer
		{61, false, 6}, {61, true, 6}, // behind all
		{20, false, 1}, {0, false, 1}, // all of this run is to come
		{20, true, 2},
	};
	struct hub *h = ((struct fixture *)*state)->hub;

	memset(text, 'x', sizeof(text) - 1);
	add(h, 2, 3);
	add_text(h, 4, SPAN("one\ntwo"), "");
	add_text(h, 5, span_from(text, LONG_TEXT - 1), "");
	add_text(h, 6, span_from(text, LONG_TEXT), "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		message_id shown = recent_before(h, rows[i].entry, rows[i].begun);

		if (shown != rows[i].shown)
			fail_msg("row %zu: %llu", i, (unsigned long long)shown);
	}
}

static void of_too_many_the_oldest_are_forgotten(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add(h, 1, RECENT_MESSAGES_MAX);
	assert_true(recent_covers(h, 0));
	assert_int_equal(at(h, 1).id, 1);
	add(h, RECENT_MESSAGES_MAX + 1, RECENT_MESSAGES_MAX + 2);
	assert_int_equal(at(h, 2).id, 0);
	assert_int_equal(next(h, 0).id, 3);
	assert_int_equal(at(h, RECENT_MESSAGES_MAX + 2).id, RECENT_MESSAGES_MAX + 2);
	assert_true(recent_covers(h, 2));
	assert_false(recent_covers(h, 1));
	// What was forgotten was before its entry, or nobody knows how long before.
	assert_int_equal(recent_before(h, 30, false), 2);
	assert_int_equal(recent_before(h, 21, false), 2);
	assert_int_equal(recent_before(h, 20, false),
			 message_id_from(h->now.wall_ms - RECENT_UNKNOWN_MS));
	h->now.wall_ms = RECENT_UNKNOWN_MS;
	assert_int_equal(recent_before(h, 20, false), 0);
}

static void too_many_bytes_are_forgotten_as_well(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;
	char *text = xcalloc(1, RECENT_BYTES_MAX);

	add(h, 1, 10);
	add_text(h, 11, span_from(text, RECENT_BYTES_MAX / 2), "");
	assert_int_equal(at(h, 1).id, 1);
	add_text(h, 12, span_from(text, RECENT_BYTES_MAX / 2), "");
	assert_int_equal(at(h, 11).id, 0);
	assert_int_equal(at(h, 12).id, 12);
	add_text(h, 13, span_from(text, RECENT_BYTES_MAX), ""); // with its sender more than all
	assert_int_equal(at(h, 12).id, 0);
	assert_int_equal(at(h, 13).text.len, RECENT_BYTES_MAX);
	add(h, 14, 14);
	assert_int_equal(at(h, 13).id, 0);
	assert_int_equal(at(h, 14).id, 14);
	free(text);
}

static void expect_wiped(const struct hub *h, message_id id, bool is_wiped)
{
	struct entry_message m = at(h, id);

	assert_int_equal(m.id, id);
	assert_int_equal(m.redacted, is_wiped);
	assert_int_equal(m.text.len, is_wiped ? 0 : 4);
}

static void what_is_taken_back_leaves_its_place(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add(h, 2, 3);
	add(h, 5, 6);
	recent_redact(h, 1);
	recent_redact(h, 4);
	recent_redact(h, 7);
	for (message_id id = 2; id < 7; id += id == 3 ? 2 : 1)
		expect_wiped(h, id, false);
	recent_redact(h, 5);
	expect_wiped(h, 3, false);
	expect_wiped(h, 5, true);
	expect_wiped(h, 6, false);
}

static void what_expired_is_of_no_stream(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add(h, 1, 6);
	recent_expire(h, 1, 3);
	for (message_id id = 1; id <= 6; id++) {
		bool goes = id == 1 || id == 3;

		expect_wiped(h, id, goes);
		assert_int_equal(at(h, id).stream, goes ? 0 : id % 2);
	}
}

static void an_edit_is_found_while_it_has_its_text(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add(h, 1, 2);
	add_text(h, 3, SPAN("text"), "+draft/edit=0000000000001");
	add_text(h, 4, SPAN("text"), "+draft/reply=0000000000002");
	add_text(h, 5, SPAN("text"), "+draft/edit=0000000000001");
	assert_int_equal(edit(h, 2), 0);
	assert_int_equal(edit(h, 3), 0);
	assert_int_equal(edit(h, 1), 3);
	recent_redact(h, 3);
	assert_int_equal(edit(h, 1), 5);
	recent_redact(h, 5);
	assert_int_equal(edit(h, 1), 0);
}

static void times_move_behind_a_bound(void **state)
{
	struct hub *h = ((struct fixture *)*state)->hub;

	add(h, 1, 6);
	recent_restamp(h, &(struct hub_step){.over_ms = 200, .shift_ms = -150}, 250);
	static const int64_t times[] = {100, 200, 251, 251, 350, 450};
	for (message_id id = 1; id <= 6; id++)
		assert_int_equal(at(h, id).time_ms, times[id - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(where_nothing_was_said_all_is_known),
		HUB_TEST(one_after_the_other_is_found_by_its_id),
		HUB_TEST(what_was_shown_before_an_entry),
		HUB_TEST(of_too_many_the_oldest_are_forgotten),
		HUB_TEST(too_many_bytes_are_forgotten_as_well),
		HUB_TEST(what_is_taken_back_leaves_its_place),
		HUB_TEST(what_expired_is_of_no_stream),
		HUB_TEST(an_edit_is_found_while_it_has_its_text),
		HUB_TEST(times_move_behind_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
