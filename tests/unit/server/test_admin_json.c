// SPDX-License-Identifier: MIT
#include "server/admin_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_request_comes_back_as_it_was(void **state)
{
	struct admin_request *r = admin_request_new(), *back;
	struct buf text = {0};
	char *error = NULL;

	(void)state;
	admin_request_word(r, SPAN("user"));
	admin_request_word(r, SPAN("import"));
	r->secret = SPAN("pass \"word\" \xc3\xa4");
	assert_true(
		admin_record_decode(r, SPAN("{\"name\":\"ann\",\"password\":null}"), &error));
	assert_true(admin_record_decode(r, SPAN("{\"name\":\"bob\",\"password\":\"x\\ny\"}"),
					&error));
	assert_true(admin_request_encode(r, &text));
	assert_int_equal(text.at[text.len - 1], '\n');
	back = admin_request_decode(buf_span(&text), &error);
	assert_non_null(back);
	assert_int_equal(back->n_words, 2);
	assert_true(span_eq(back->words[1], SPAN("import")));
	assert_true(span_eq(back->secret, r->secret));
	assert_int_equal(back->n_records, 2);
	assert_null(back->records[0].password.at);
	assert_true(span_eq(back->records[1].password, SPAN("x\ny")));
	assert_null(back->records[1].password_hash.at);
	buf_clear(&text);
	admin_request_free(r);
	admin_request_free(back);
}

static void an_answer_keeps_its_kinds_of_cells(void **state)
{
	struct admin_answer *a = admin_answer_new(7), *back;
	struct buf text = {0};
	char *error = NULL;

	(void)state;
	a->code = ADMIN_PARTLY;
	a->words = SPAN("half of it");
	admin_answer_column(a, "name");
	admin_answer_column(a, "seen");
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = SPAN("ann")});
	admin_answer_cell(a, &(struct cell){.kind = CELL_TIME, .number = 1234});
	admin_answer_cell(a, &(struct cell){.kind = CELL_NUMBER, .number = -5});
	admin_answer_cell(a, &(struct cell){.kind = CELL_BOOL, .number = 1});
	admin_answer_cell(a, &(struct cell){.kind = CELL_TEXT, .text = SPAN("")});
	admin_answer_cell(a, &(struct cell){.kind = CELL_NONE});
	assert_int_equal(a->n_rows, 3);
	admin_answer_encode(a, &text);
	back = admin_answer_decode(buf_span(&text), &error);
	assert_non_null(back);
	assert_int_equal(back->code, ADMIN_PARTLY);
	assert_int_equal(back->n_rows, 3);
	assert_true(span_eq(back->words, a->words));
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(back->cells[i].kind, a->cells[i].kind);
		assert_int_equal(back->cells[i].number, a->cells[i].number);
	}
	assert_true(span_eq(back->cells[0].text, SPAN("ann")));
	buf_clear(&text);
	admin_answer_free(a);
	admin_answer_free(back);
}

static void garbage_is_refused_in_words(void **state)
{
	static const char *const wrong[] = {
		"",
		"{",
		"[]",
		"null",
		"{}",
		"{\"words\":[]}",
		"{\"words\":[7]}",
		"{\"words\":\"user\"}",
		"{\"words\":[\"a\"],\"records\":[{}]}",
		"{\"words\":[\"a\"],\"records\":[{\"name\":1}]}",
		"{\"words\":[\"\xff\"]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *error = NULL;

		assert_null(admin_request_decode(span_of(wrong[i]), &error));
		assert_non_null(error);
		free(error);
	}
}

static void a_record_with_a_wrong_key_is_refused(void **state)
{
	static const char *const wrong[] = {"{\"name\":\"a\",\"pasword\":\"x\"}",
					    "{\"name\":7}", "{\"password\":\"x\"}", "ann"};
	struct admin_request *r = admin_request_new();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *error = NULL;

		assert_false(admin_record_decode(r, span_of(wrong[i]), &error));
		free(error);
	}
	assert_int_equal(r->n_records, 0);
	admin_request_free(r);
}

static void bytes_that_are_no_text_are_not_sent(void **state)
{
	struct admin_request *r = admin_request_new();
	struct buf text = {0};

	(void)state;
	admin_request_word(r, SPAN("user"));
	r->secret = SPAN("\xff\xfe");
	assert_false(admin_request_encode(r, &text));
	buf_clear(&text);
	admin_request_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_comes_back_as_it_was),
		cmocka_unit_test(an_answer_keeps_its_kinds_of_cells),
		cmocka_unit_test(garbage_is_refused_in_words),
		cmocka_unit_test(a_record_with_a_wrong_key_is_refused),
		cmocka_unit_test(bytes_that_are_no_text_are_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
