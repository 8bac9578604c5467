// SPDX-License-Identifier: MIT
// What a request says is found, and answers are whole.
#include "common/buf.h"
#include "common/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define HEAD "GET /a/b?c=d&e HTTP/1.1\r\nhost: a.example:8443\r\n"

static void take(struct http_request *r, const char *bytes)
{
	*r = (struct http_request){0};
	assert_int_equal(http_read(r, span_of(bytes)), HTTP_OK);
}

static void assert_span(struct span found, const char *wanted)
{
	assert_int_equal(found.len, strlen(wanted));
	assert_memory_equal(found.at, wanted, found.len);
}

static void a_target_is_a_path_and_a_query(void **state UNUSED)
{
	struct http_request r;

	take(&r, HEAD "\r\n");
	assert_span(r.path, "/a/b");
	assert_span(r.query, "c=d&e");
	assert_span(r.host, "a.example:8443");
}

static void fields_are_found_in_any_case_without_the_blanks_around(void **state UNUSED)
{
	struct http_request r;

	take(&r, HEAD "X-Thing: \t a b \t\r\nEmpty:\r\n\r\n");
	assert_span(http_field(&r, SPAN("x-tHING")), "a b");
	assert_true(http_has_field(&r, SPAN("empty")));
	assert_span(http_field(&r, SPAN("empty")), "");
	assert_false(http_has_field(&r, SPAN("thing")));
	assert_span(http_field(&r, SPAN("thing")), "");
}

static void a_list_is_all_fields_of_a_name(void **state UNUSED)
{
	struct http_request r;

	take(&r, HEAD "Connection: keep-alive ,, uPGRADE\r\nConnection: close\r\n\r\n");
	assert_true(r.wants_upgrade);
	assert_true(r.wants_close);
	assert_true(http_has_token(&r, SPAN("connection"), SPAN("Keep-Alive")));
	assert_false(http_has_token(&r, SPAN("connection"), SPAN("keep")));
	take(&r, HEAD "Connection: not-close\r\nExpect: 100-Continue\r\n\r\n");
	assert_false(r.wants_close);
	assert_false(r.wants_upgrade);
	assert_true(r.wants_continue);
}

static void a_list_is_walked_element_by_element(void **state UNUSED)
{
	struct span list = SPAN(" a ,,b, "), token;

	assert_true(http_next_token(&list, &token));
	assert_span(token, "a");
	assert_true(http_next_token(&list, &token));
	assert_span(token, "b");
	assert_false(http_next_token(&list, &token));
}

static void a_form_gives_its_values_decoded(void **state UNUSED)
{
	const struct span form =
		SPAN("a=1&payload=%7B%22t%22+%3a+1%7d&bad=%4&worse=%zz&empty=");
	struct buf out = {0};

	buf_add_str(&out, ">");
	assert_true(http_form_value(form, SPAN("payload"), &out));
	assert_string_equal(buf_str(&out), ">{\"t\" : 1}");
	assert_false(http_form_value(form, SPAN("bad"), &out));
	assert_false(http_form_value(form, SPAN("worse"), &out));
	assert_false(http_form_value(form, SPAN("pay"), &out));
	assert_true(http_form_value(form, SPAN("empty"), &out));
	assert_string_equal(buf_str(&out), ">{\"t\" : 1}");
	buf_clear(&out);
}

static void an_answer_says_what_it_is_and_how_long(void **state UNUSED)
{
	struct buf out = {0};

	http_answer(&out, &(struct http_answer){
				  .status = 429,
				  .more = SPAN("Retry-After: 7\r\n"),
				  .body = SPAN("Later.\n"),
				  .is_last = true,
				  .at_ms = INT64_C(784111777000),
			  });
	assert_string_equal(buf_str(&out), "HTTP/1.1 429 Too Many Requests\r\n"
					   "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
					   "Content-Type: text/plain; charset=utf-8\r\n"
					   "Content-Length: 7\r\n"
					   "X-Content-Type-Options: nosniff\r\n"
					   "Connection: close\r\n"
					   "Retry-After: 7\r\n\r\nLater.\n");
	buf_clear(&out);
}

static void a_head_is_answered_with_a_length_and_no_body(void **state UNUSED)
{
	struct buf out = {0};

	http_answer(&out, &(struct http_answer){.status = 200,
						.type = SPAN("text/html"),
						.body = SPAN("<p>"),
						.is_head = true});
	assert_string_equal(buf_str(&out), "HTTP/1.1 200 OK\r\n"
					   "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
					   "Content-Type: text/html\r\nContent-Length: 3\r\n"
					   "X-Content-Type-Options: nosniff\r\n\r\n");
	buf_clear(&out);
}

static void what_ends_with_its_head_has_no_length(void **state UNUSED)
{
	struct buf out = {0};

	http_answer(&out, &(struct http_answer){.status = 204, .at_ms = INT64_C(951782399000)});
	assert_string_equal(buf_str(&out), "HTTP/1.1 204 No Content\r\n"
					   "Date: Mon, 28 Feb 2000 23:59:59 GMT\r\n\r\n");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_a_path_and_a_query),
		cmocka_unit_test(fields_are_found_in_any_case_without_the_blanks_around),
		cmocka_unit_test(a_list_is_all_fields_of_a_name),
		cmocka_unit_test(a_list_is_walked_element_by_element),
		cmocka_unit_test(a_form_gives_its_values_decoded),
		cmocka_unit_test(an_answer_says_what_it_is_and_how_long),
		cmocka_unit_test(a_head_is_answered_with_a_length_and_no_body),
		cmocka_unit_test(what_ends_with_its_head_has_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
