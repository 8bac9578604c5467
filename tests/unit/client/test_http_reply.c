// SPDX-License-Identifier: MIT
// Heads of answers at the edges of what is one.
#include "client/outside/http_reply.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD(status, fields) "HTTP/1.1 " status "\r\n" fields "\r\n"

static void each_head_is_read_as_it_is_meant(void **state)
{
	static const struct {
		const char *head;
		enum http_reply_result result;
		unsigned status;
		bool has_length, is_chunked;
		uint64_t length;
	} rows[] = {
		{HEAD("200", ""), HTTP_REPLY_OK, 200, false, false, 0},
		{HEAD("20", ""), HTTP_REPLY_BAD, 0, false, false, 0},
		{HEAD("99 x", ""), HTTP_REPLY_BAD, 0, false, false, 0},
		{HEAD("099 OK", ""), HTTP_REPLY_BAD, 0, false, false, 0},
		{HEAD("599 x", ""), HTTP_REPLY_OK, 599, false, false, 0},
		{HEAD("600 x", ""), HTTP_REPLY_BAD, 0, false, false, 0},
		{"HTTP/2.0 200 OK\r\n\r\n", HTTP_REPLY_BAD, 0, false, false, 0},
		{HEAD("200 OK", "Content-Length: 7\r\n"), HTTP_REPLY_OK, 200, true, false, 7},
		{HEAD("200 OK", "\r"), HTTP_REPLY_MORE, 0, false, false, 0},
		// These have no body, whatever they say.
		{HEAD("100 x", "Content-Length: 7\r\n"), HTTP_REPLY_OK, 100, true, false, 0},
		{HEAD("199 x", ""), HTTP_REPLY_OK, 199, true, false, 0},
		{HEAD("204 x", "Transfer-Encoding: chunked\r\n"), HTTP_REPLY_OK, 204, true,
		 false, 0},
		{HEAD("304 x", "Content-Length: 7\r\n"), HTTP_REPLY_OK, 304, true, false, 0},
		{HEAD("205 x", "Content-Length: 7\r\n"), HTTP_REPLY_OK, 205, true, false, 7},
		{HEAD("200 OK", "Transfer-Encoding: gzip\r\n"), HTTP_REPLY_BAD, 0, false, false,
		 0},
		{"", HTTP_REPLY_MORE, 0, false, false, 0},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_reply r;
		enum http_reply_result result = http_reply_read(&r, span_of(rows[i].head));
		if (result != rows[i].result)
			fail_msg("%s: %d", rows[i].head, result);
		if (result != HTTP_REPLY_OK)
			continue;
		if (r.status != rows[i].status || r.has_length != rows[i].has_length ||
		    r.is_chunked != rows[i].is_chunked || r.length != rows[i].length)
			fail_msg("%s: %u", rows[i].head, r.status);
	}
}

static void fields_may_end_in_a_bare_line_feed(void **state)
{
	struct http_reply r;
	(void)state;

	assert_int_equal(http_reply_read(&r, SPAN("HTTP/1.1 200 OK\nA: b \nC:\r\n\r\n")),
			 HTTP_REPLY_OK);
	assert_true(span_eq(http_reply_field(&r, SPAN("a")), SPAN("b")));
	assert_int_equal(http_reply_field(&r, SPAN("c")).len, 0);
}

static void a_head_has_a_bound(void **state)
{
	struct buf head = {0};
	struct http_reply r;
	(void)state;

	for (size_t over = 0; over < 2; over++) {
		buf_reset(&head);
		buf_add_str(&head, "HTTP/1.1 200 OK\r\nx: ");
		while (head.len < HTTP_REPLY_HEAD_MAX - 4 + over)
			buf_add_char(&head, 'y');
		assert_int_equal(
			http_reply_read(&r, span_from(head.at, HTTP_REPLY_HEAD_MAX - 5)),
			HTTP_REPLY_MORE);
		buf_add_str(&head, "\r\n\r\n");
		assert_int_equal(http_reply_read(&r, buf_span(&head)),
				 over ? HTTP_REPLY_BAD : HTTP_REPLY_OK);
	}
	buf_clear(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_head_is_read_as_it_is_meant),
		cmocka_unit_test(fields_may_end_in_a_bare_line_feed),
		cmocka_unit_test(a_head_has_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
