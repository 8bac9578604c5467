// SPDX-License-Identifier: MIT
#include "tests/unit/store/by_hand.h"
#include "tests/unit/store/history.h"

// The same with all words in the index on disk.
static int set_up_indexed(void **state)
{
	set_up_history(state);
	tidy_all(*state);
	return 0;
}

// ... and with some there and some in memory.
static int set_up_partly_indexed(void **state)
{
	set_up(state);
	struct fixture *f = *state;

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {4, 1, 1}});
	for (unsigned i = 0; i < 10; i++) {
		put(f, message(10 + 2 * i, 3, i + 1, i % 2 ? "odd words here" : "even Words"));
		put(f, message(11 + 2 * i, 3, 0, "joined"));
		if (i == 5)
			tidy_all(f);
	}
	put(f, message(30, 4, 1, "a private word"));
	return 0;
}

static void a_search_finds_the_newest_that_have_all_words(void **state)
{
	expect(state, search("words odd"), "20 24 28 more");
	expect(state, search("words odd even"), "");
	expect(state, search("EVEN"), "18 22 26 more");
}

static void a_phrase_stands_together(void **state)
{
	expect(state, search("\"odd words\""), "20 24 28 more");
	expect(state, search("\"words odd\""), "");
	expect(state, search("\"odd words"), "20 24 28 more");
}

static void a_beginning_is_enough_with_a_star(void **state)
{
	expect(state, search("wor* her*"), "20 24 28 more");
	expect(state, search("wor"), "");
	expect(state, search("wo*"), "");
}

static void a_search_stays_in_its_streams(void **state)
{
	struct query *q = search("private");

	expect(state, q, "");
	q = search("private");
	q->stream = 4;
	expect(state, q, "30 ");
	q = of_streams(QUERY_SEARCH, 4, 3);
	q->text = SPAN("word*");
	q->limit = 2;
	expect(state, q, "28 30 more");
	q = query_new(QUERY_SEARCH, 3);
	q->text = SPAN("private");
	q->limit = 3;
	expect(state, q, "");
	// The word that stands for the place is none of the text.
	expect(state, search("s3"), "");
}

// Thirty-two are looked for: doubles are none of them.
static void a_word_counts_once_however_often_it_stands(void **state)
{
	struct buf words = {0};

	for (int i = 0; i < 40; i++)
		buf_add_str(&words, i % 2 ? "words " : "WORDS ");
	expect(state, search(buf_str(&words)), "24 26 28 more");
	buf_add_str(&words, "elsewhere");
	expect(state, search(buf_str(&words)), "");
	buf_clear(&words);
}

// What comes behind the thirty-second is left out.
static void so_many_words_are_looked_for(void **state)
{
	struct buf words = {0};

	for (int i = 0; i < 32; i++)
		buf_printf(&words, "word%d ", i);
	put(*state, message(40, 3, 20, buf_str(&words)));
	buf_add_str(&words, "elsewhere");
	for (int i = 0; i < 40; i++)
		buf_printf(&words, " other%d", i);
	expect(state, search(buf_str(&words)), "40 ");
	expect(state, search("word0 elsewhere"), "");
	buf_clear(&words);
}

static void a_search_can_be_narrowed(void **state)
{
	struct query *q = search("words");

	q->sender = SPAN("bob");
	expect(state, q, "");
	q = search("words");
	q->sender = SPAN("ALICE");
	q->to = at_id(14);
	expect(state, q, "10 12 ");
	q = search("words");
	q->from = at_time(1025);
	expect(state, q, "26 28 ");
}

// By the account, whatever it was called; else by a name.
static void who_said_it_may_have_had_another_name(void **state)
{
	struct entry m = message(40, 3, 20, "other words");
	struct query *q;

	m.message.account = 2;
	put(*state, m); // as alice
	m = message(41, 3, 21, "other words");
	m.message.sender = SPAN("ally");
	put(*state, m);
	q = search("other");
	q->sender = SPAN("alice");
	expect(state, q, "40 ");
	q = search("other");
	q->sender = SPAN("alice");
	q->sender_id = 1;
	expect(state, q, "41 ");
	q = search("other");
	q->sender_id = 2;
	expect(state, q, "40 ");
	q = search("other");
	q->sender_id = 3;
	expect(state, q, "");
}

// A search that goes on by time finds each once.
static void what_was_said_at_one_time_is_on_one_page(void **state)
{
	struct query *q;

	for (unsigned i = 0; i < 4; i++) {
		struct entry m = message(40 + i, 3, 20 + i, "shared words");

		m.message.time_ms = i < 3 ? 5000 : 6000;
		put(*state, m);
	}
	q = search("shared");
	q->limit = 2;
	expect(state, q, "40 41 42 43 ");
	q = search("words");
	q->limit = 2;
	expect(state, q, "40 41 42 43 more");
	q = search("words");
	q->limit = 1;
	expect(state, q, "43 more");
	q = search("words");
	q->limit = 2;
	q->to = at_time(5000);
	expect(state, q, "26 28 more");
	q = search("shared");
	q->from = at_id(40);
	q->to = at_id(43);
	expect(state, q, "41 42 ");
}

// So many streams that the index is not asked for them.
static void of_many_streams_what_is_elsewhere_is_picked_out(void **state)
{
	for (int is_there = 0; is_there < 2; is_there++) {
		struct query *q = query_new(QUERY_SEARCH, 3);

		q->n_streams = 70;
		q->streams = arena_alloc(&q->arena, q->n_streams * sizeof(*q->streams));
		for (size_t i = 0; i < q->n_streams; i++)
			q->streams[i] = 1000 + (stream_id)i;
		q->streams[69] = is_there ? 4 : 5;
		q->text = SPAN("word*");
		q->limit = 3;
		expect(state, q, is_there ? "30 " : "");
	}
}

// Proves S10, B33.
static void text_to_search_for_is_never_an_expression(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"\"",
		"\"\"",
		"*",
		"**",
		"AND",
		"NOT odd",
		"odd OR even",
		"text:",
		"place : s4",
		"{text}: odd",
		"^odd",
		"odd + words",
		"NEAR(odd words, 2)",
		"(((",
		")",
		"'; DROP TABLE message",
		"--",
		"-odd",
		"\xff\xfe",
		"odd\" OR \"even",
		"\"*",
		"a\tb\nc",
		"\\",
		"%",
		"s4 private",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct query *q = search(texts[i]);
		struct rows *rows = answer(*state, q);

		assert_int_equal(rows->result, ROWS_OK);
		for (size_t k = 0; k < rows->n_messages; k++)
			assert_int_equal(rows->messages[k].stream, 3);
		rows_free(rows);
		query_free(q);
	}
}

// Whatever stands in a query: an answer, and nothing from elsewhere in it.
// Proves S10.
static void no_text_does_harm(void **state)
{
	static const char *const parts[] = {
		"odd",     "word",  "s4",    "private", "AND ", "OR ",      "NOT ",     "NEAR(",
		"NEAR/2 ", "\"",    "*",     "(",       ")",    "{",        "}",        ":",
		"^",       "+",     "-",     ",",       "'",    ";",        "--",       "/*",
		"\\",      "%",     "_",     "?1",      ":a",   "@",        " ",        "\t",
		"\n",      "text",  "place", "\xff",    "\xc3", "\xe2\x80", "\xf0\x9f", "\x01",
		"",        "match", "rank:", "[",       "]",    "=",        "<",        "0x",
		"1e9",     "\\\"",
	};
	char *error = NULL;
	struct reader *r = reader_open(((struct fixture *)*state)->path, &error);
	uint64_t seed = 1;

	assert_non_null(r);
	for (int i = 0; i < 20000; i++) {
		struct query *q = search("");
		struct buf text = {0};
		struct rows *rows;

		for (int n = i % 12; n >= 0; n--) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
			// An empty part stands for a NUL.
			const char *part = parts[(seed >> 33) % ARRAY_LEN(parts)];
			buf_add(&text, part, part[0] ? strlen(part) : 1);
		}
		q->text = buf_span(&text);
		rows = reader_answer(r, q);
		assert_int_equal(rows->result, ROWS_OK);
		for (size_t k = 0; k < rows->n_messages; k++)
			assert_int_equal(rows->messages[k].stream, 3);
		rows_free(rows);
		query_free(q);
		buf_clear(&text);
	}
	reader_close(r);
}

static void a_redacted_message_keeps_its_place_and_loses_its_text(void **state)
{
	put(*state, redaction(20, 3));
	struct query *q = page(50);
	q->from = at_id(18);
	q->to = at_id(24);
	expect(state, q, "22 ");
	q = page(50);
	q->from = at_id(18);
	q->to = at_id(24);
	q->redacted = true;
	struct rows *rows = answer(*state, q);
	assert_int_equal(rows->n_messages, 2);
	assert_true(rows->messages[0].redacted);
	assert_int_equal(rows->messages[0].text.len, 0);
	assert_int_equal(rows->messages[0].seq, 6);
	rows_free(rows);
	query_free(q);
	expect(state, search("odd"), "16 24 28 more");
}

// Whatever words of it an index still has.
static void what_is_marked_as_removed_is_not_found(void **state)
{
	change_by_hand(*state, "UPDATE message SET redacted = 1 WHERE id = 24");
	expect(state, search("odd"), "16 20 28 more");
}

// Each with the words in memory, on disk, and in both.
#define T(name)                                                                                \
	cmocka_unit_test_setup_teardown(name, set_up_history, tear_down),                      \
		cmocka_unit_test_setup_teardown(name, set_up_indexed, tear_down),              \
		cmocka_unit_test_setup_teardown(name, set_up_partly_indexed, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_search_finds_the_newest_that_have_all_words),
		T(a_phrase_stands_together),
		T(a_beginning_is_enough_with_a_star),
		T(a_search_stays_in_its_streams),
		T(a_word_counts_once_however_often_it_stands),
		T(so_many_words_are_looked_for),
		T(a_search_can_be_narrowed),
		T(who_said_it_may_have_had_another_name),
		T(what_was_said_at_one_time_is_on_one_page),
		T(of_many_streams_what_is_elsewhere_is_picked_out),
		T(text_to_search_for_is_never_an_expression),
		T(no_text_does_harm),
		T(a_redacted_message_keeps_its_place_and_loses_its_text),
		T(what_is_marked_as_removed_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
