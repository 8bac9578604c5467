// SPDX-License-Identifier: MIT
// What is put into an outbox is what its shard finds there, whatever was put before.
#include "server/letters/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	struct web_answer answer;
	bool has_file;
} rows[] = {
	{{.then = WEB_SAYS, .status = 200, .body = {"fine", 4}}, false},
	{{.then = WEB_SAYS, .status = 429, .retry_s = 7, .after = 9, .body = {"later", 5}},
	 false},
	{{.then = WEB_SAYS,
	  .status = 201,
	  .size = 5,
	  .name = {"a.png", 5},
	  .type = {"image/png", 9}},
	 true},
	{{.then = WEB_GIVES,
	  .status = 200,
	  .size = 1 << 20,
	  .file = {{1, 2, 3}},
	  .name = {"cat", 3},
	  .body = {"x", 1}},
	 true},
	{{.then = WEB_TAKES, .status = 100}, true},
};

static void expect_same(const struct web_answer *a, const struct web_answer *b, bool has_file)
{
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->retry_s, b->retry_s);
	assert_int_equal(a->after, b->after);
	assert_true(span_eq(a->body, b->body));
	assert_int_equal(a->then, b->then);
	if (!has_file)
		return;
	assert_int_equal(a->size, b->size);
	assert_true(file_id_eq(&a->file, &b->file));
	assert_true(span_eq(a->name, b->name));
	assert_true(span_eq(a->type, b->type));
}

static void an_answer_is_found_as_it_was_given(UNUSED void **state)
{
	struct outbox *out = outbox_new();
	size_t n_files = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		outbox_answer(out, i + 1, &rows[i].answer);
		n_files += rows[i].has_file;
		assert_int_equal(out->n_files, n_files);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct web_answer found = outbox_answered(out, &out->items[i]);

		assert_int_equal(out->items[i].kind, OUTBOX_ANSWER);
		assert_int_equal(out->items[i].conn, i + 1);
		expect_same(&found, &rows[i].answer, rows[i].has_file);
	}
	outbox_free(out);
}

static struct span bytes_of(const struct outbox *out, size_t i)
{
	return span_from(out->bytes.at + out->items[i].at, out->items[i].len);
}

static void what_ends_and_what_is_proven_have_their_words(UNUSED void **state)
{
	struct outbox *out = outbox_new();

	outbox_close(out, 5, 9, PARTING_LATER, SPAN("not now"));
	outbox_challenge(out, SPAN("a.example"), SPAN("digest"));
	outbox_challenge(out, SPAN("a.example"), SPAN(""));
	assert_true(span_eq(bytes_of(out, 0), SPAN("not now")));
	assert_int_equal(out->items[0].parting, PARTING_LATER);
	assert_int_equal(out->items[0].after, 9);
	assert_true(span_eq(bytes_of(out, 1), SPAN("digesta.example")));
	assert_int_equal(out->items[1].count, 6);
	assert_true(span_eq(bytes_of(out, 2), SPAN("a.example")));
	assert_int_equal(out->items[2].count, 0);
	outbox_free(out);
}

// However many at once: each has its place, and those before keep theirs.
static void a_line_has_room_for_all_at_once(UNUSED void **state)
{
	struct outbox *out = outbox_new();
	conn_id many[1000];

	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = i + 100;
	outbox_line(out, SPAN("one\r\n"), 0, false);
	outbox_to(out, 7);
	for (size_t n = 1; n <= ARRAY_LEN(many); n += 333)
		outbox_to_all(out, many, n);
	assert_int_equal(out->items[0].n_conns, 1 + 1 + 334 + 667 + 1000);
	assert_int_equal(out->conns[0], 7);
	assert_int_equal(out->conns[1], 100);
	assert_memory_equal(out->conns + 2, many, 334 * sizeof(*many));
	assert_memory_equal(out->conns + 2 + 334 + 667, many, sizeof(many));
	assert_true(out->conns_space < 10000);
	outbox_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_found_as_it_was_given),
		cmocka_unit_test(what_ends_and_what_is_proven_have_their_words),
		cmocka_unit_test(a_line_has_room_for_all_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
