// SPDX-License-Identifier: MIT
// What is a request and what is none, the same whatever pieces it comes in.
#include "common/buf.h"
#include "common/die.h"
#include "common/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

// Gives more of the bytes, `step` at a time, each time elsewhere, until there is a verdict.
static enum http_result read_in_steps(struct http_request *r, struct span bytes, size_t step)
{
	enum http_result result = HTTP_MORE;

	*r = (struct http_request){0};
	for (size_t len = 0; result == HTTP_MORE && len < bytes.len;) {
		char *elsewhere;

		len = bytes.len - len < step ? bytes.len : len + step;
		elsewhere = xmalloc(len);
		memcpy(elsewhere, bytes.at, len);
		result = http_read(r, span_from(elsewhere, len));
		free(elsewhere);
	}
	return result;
}

// The verdict as text: "more", "400", "GET head+body".
static void add_verdict(struct buf *out, enum http_result result, const struct http_request *r)
{
	if (result == HTTP_MORE)
		buf_add_str(out, "more");
	else if (result == HTTP_BAD)
		buf_printf(out, "%u", r->status);
	else
		buf_printf(out, "%d %zu+%llu", (int)r->method, r->head_len,
			   (unsigned long long)r->body_len);
}

static void verdict(struct span bytes, struct buf *whole)
{
	const size_t steps[] = {1, 2, 3, 7, 64, 1000, 2070, 4096};
	struct http_request r;

	add_verdict(whole, read_in_steps(&r, bytes, bytes.len), &r);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct buf split = {0};

		add_verdict(&split, read_in_steps(&r, bytes, steps[i]), &r);
		assert_string_equal(buf_str(&split), buf_str(whole));
		buf_clear(&split);
	}
}

static void expect(struct span bytes, const char *wanted)
{
	struct buf found = {0};

	verdict(bytes, &found);
	if (!span_eq(buf_span(&found), span_of(wanted)))
		print_error("of: %.60s\n", bytes.at);
	assert_string_equal(buf_str(&found), wanted);
	buf_clear(&found);
}

#define EXPECT(bytes, wanted) expect(SPAN(bytes), wanted)
#define H "Host: a.example\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" H

static void shapes_that_two_readers_take_for_two_things_are_refused(void **state UNUSED)
{
	EXPECT(GET H "\r\n", "0 35+0");
	EXPECT("\r\n" GET H "\r\n", "0 37+0");
	EXPECT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411");
	EXPECT(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "411");
	EXPECT(POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400");
	EXPECT(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400");
	EXPECT(POST "Content-Length: 5, 5\r\n\r\nhello", "400");
	EXPECT(POST "Content-Length: +5\r\n\r\nhello", "400");
	EXPECT(POST "Content-Length: -5\r\n\r\nhello", "400");
	EXPECT(POST "Content-Length: 18446744073709551617\r\n\r\nhello", "400");
	EXPECT(POST "Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "501");
	EXPECT(POST "Transfer-Encoding: chunked, identity\r\n\r\n", "501");
	EXPECT(POST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", "411");
	EXPECT(POST "Content-Length : 5\r\n\r\nhello", "400");
	EXPECT(GET H "X: a\r\n b\r\n\r\n", "400");
	EXPECT(GET H "X: a\rContent-Length: 5\r\n\r\n", "400");
	EXPECT("GET / HTTP/1.1\nHost: a\n\n", "400");
	EXPECT(GET "\r\n", "400");
	EXPECT(GET H H "\r\n", "400");
	EXPECT("GET / HTTP/1.2\r\n" H "\r\n", "505");
	EXPECT("GET /\r\n", "400");
	EXPECT("NICK bob\r\n", "400");
	EXPECT(POST "Content-Length: 0x5\r\n\r\nhello", "400");
	EXPECT(GET H "X\0: a\r\n\r\n", "400");
}

static void of_lines_the_first_says_what_is_wanted(void **state UNUSED)
{
	EXPECT("HEAD / HTTP/1.1\r\n" H "\r\n", "1 36+0");
	EXPECT("OPTIONS /f HTTP/1.1\r\n" H "\r\n", "3 40+0");
	EXPECT(POST "Content-Length: 5\r\n\r\nhello", "2 55+5");
	EXPECT("PUT / HTTP/1.1\r\n", "501");
	EXPECT("get / HTTP/1.1\r\n", "501");
	EXPECT("(GET) / HTTP/1.1\r\n", "400");
	EXPECT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "501");
	EXPECT("GET / HTTP/1.0\r\n", "505");
	EXPECT("GET / http/1.1\r\n", "400");
	EXPECT("GET / HTTP/1.1 \r\n", "400");
	EXPECT("GET  / HTTP/1.1\r\n", "400");
	EXPECT(" GET / HTTP/1.1\r\n", "400");
	EXPECT("GET\t/\tHTTP/1.1\r\n", "400");
	EXPECT("\r\n\r\n" GET H "\r\n", "400");
	EXPECT("\n" GET H "\r\n", "400");
	EXPECT("GET / HTTP/1.1\r\r\n", "400");
	EXPECT("\x16\x03\x01\x02\n", "400");
}

static void what_is_not_whole_wants_more(void **state UNUSED)
{
	EXPECT("G", "more");
	EXPECT("\r", "more");
	EXPECT("GET / HTTP/1.1\r", "more");
	EXPECT(GET H, "more");
	EXPECT(GET H "\r", "more");
}

static void a_path_has_one_spelling(void **state UNUSED)
{
	static const char *const bad[] = {
		"/../etc",   "/a/..",
		"/a/../b",   "/./a",
		"/a/.",      "/..",
		"//",        "/a//b",
		"//host/a",  "/%2e%2e/a",
		"/%2E",      "/%00",
		"/%2f",      "/a%20b",
		"/%66",      "/%",
		"/\\a",      "/a\\..\\b",
		"a",         "",
		"*",         "http://a.example/",
		"/a;b",      "/a\"",
		"/<a>",      "/a\x7f",
		"/\xc3\xa4", "/a#b",
		"/a?%",      "/a?%0",
		"/a?%00",    "/a?%0a",
		"/a?%1f",    "/a?%7F",
		"/a?%zz",    "/a?%2z",
		"/a?%z2",    "/a?\"",
		"/a?<",      "/a?\\",
		"/a?\x80",
	};
	static const char *const good[] = {"/",    "/a/b/",   "/a.b-c_d~e",         "/...",
					   "/..a", "/f/x?s=", "/a?b=%2e%2e/../%7b", "/?",
					   "/??"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf b = {0};

		buf_printf(&b, "GET %s HTTP/1.1\r\n" H "\r\n", bad[i]);
		expect(buf_span(&b), "400");
		buf_clear(&b);
	}
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct buf b = {0}, wanted = {0};

		buf_printf(&b, "GET %s HTTP/1.1\r\n" H "\r\n", good[i]);
		buf_printf(&wanted, "0 %zu+0", b.len);
		expect(buf_span(&b), buf_str(&wanted));
		buf_clear(&b);
		buf_clear(&wanted);
	}
}

static void a_field_is_a_name_a_colon_and_a_value(void **state UNUSED)
{
	EXPECT(GET H ": a\r\n\r\n", "400");
	EXPECT(GET H "X\r\n\r\n", "400");
	EXPECT(GET H "X Y: a\r\n\r\n", "400");
	EXPECT(GET H "X\t: a\r\n\r\n", "400");
	EXPECT(GET H " X: a\r\n\r\n", "400");
	EXPECT(GET " \r\n" H "\r\n", "400");
	EXPECT(GET H "X: a\x01\r\n\r\n", "400");
	EXPECT(GET H "X: a\x7f\r\n\r\n", "400");
	EXPECT(GET H "X: a\n\r\n", "400");
	EXPECT(GET H "X: a\n\n", "400");
	EXPECT(GET H "X:\r\n\r\n", "0 39+0");
	EXPECT(GET H "X: \xc3\xa4\tb\r\n\r\n", "0 44+0");
}

static void a_host_is_a_name_or_an_address(void **state UNUSED)
{
	EXPECT(GET "Host:\r\n\r\n", "400");
	EXPECT(GET "Host: a b\r\n\r\n", "400");
	EXPECT(GET "Host: a, b\r\n\r\n", "400");
	EXPECT(GET "Host: a/b\r\n\r\n", "400");
	EXPECT(GET "Host: a@b\r\n\r\n", "400");
	EXPECT(GET "Host: [::1]:8443\r\n\r\n", "0 36+0");
}

static void only_a_post_has_a_body_and_says_how_long_it_is(void **state UNUSED)
{
	EXPECT(POST "\r\n", "411");
	EXPECT(POST "Content-Length:\r\n\r\n", "400");
	EXPECT(POST "Content-Length: 5 5\r\n\r\n", "400");
	EXPECT(POST "Content-Length: 0\r\n\r\n", "2 55+0");
	EXPECT(GET H "Content-Length: 0\r\n\r\n", "0 54+0");
	EXPECT(GET H "Content-Length: 1\r\n\r\na", "400");
	EXPECT(GET H "Transfer-Encoding:\r\n\r\n", "501");
}

static void an_upgrade_has_no_body_and_nothing_odd_is_expected(void **state UNUSED)
{
	EXPECT(GET H "Connection: Upgrade\r\nContent-Length: 1\r\n\r\na", "400");
	EXPECT(POST "Connection: Upgrade\r\nContent-Length: 1\r\n\r\na", "400");
	EXPECT(GET H "Upgrade: websocket\r\nUpgrade: h2c\r\n\r\n", "400");
	EXPECT(POST "Expect: 200-ok\r\nContent-Length: 1\r\n\r\na", "417");
}

static void add_times(struct buf *b, const char *what, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_str(b, what);
}

static void expect_target(size_t len, const char *wanted)
{
	struct buf b = {0};

	buf_add_str(&b, "GET /");
	add_times(&b, "a", len - 1);
	buf_add_str(&b, " HTTP/1.1\r\n");
	expect(buf_span(&b), wanted);
	buf_clear(&b);
}

static void a_target_has_two_kilobytes_at_most(void **state UNUSED)
{
	expect_target(HTTP_TARGET_MAX, "more");
	expect_target(HTTP_TARGET_MAX + 1, "414");
	expect_target(HTTP_TARGET_MAX + 13, "414");
	expect_target(HTTP_TARGET_MAX + 100, "414");
	expect_target(100000, "414");
}

static void a_first_line_without_its_end_ends_nevertheless(void **state UNUSED)
{
	struct buf b = {0};

	buf_add_str(&b, "\r\n");
	add_times(&b, "a", HTTP_TARGET_MAX + 100);
	expect(buf_span(&b), "414");
	buf_clear(&b);
}

static void expect_fields(size_t count, const char *wanted)
{
	struct buf b = {0};

	buf_add_str(&b, GET H);
	add_times(&b, "a: b\r\n", count - 1);
	buf_add_str(&b, "\r\n");
	expect(buf_span(&b), wanted);
	buf_clear(&b);
}

static void a_head_has_64_fields_at_most(void **state UNUSED)
{
	expect_fields(64, "0 413+0");
	expect_fields(65, "431");
	expect_fields(1000, "431");
}

static void expect_head(size_t len, const char *wanted)
{
	struct buf b = {0};

	buf_add_str(&b, GET H "X: ");
	add_times(&b, "a", len - b.len - 4);
	buf_add_str(&b, "\r\n\r\n");
	assert_int_equal(b.len, len);
	expect(buf_span(&b), wanted);
	buf_clear(&b);
}

static void a_head_has_eight_kilobytes_at_most(void **state UNUSED)
{
	expect_head(HTTP_HEAD_MAX, "0 8192+0");
	expect_head(HTTP_HEAD_MAX + 1, "431");
	expect_head(HTTP_HEAD_MAX + 2, "431");
	expect_head(HTTP_HEAD_MAX + 5, "431");
	expect_head(1024 * 1024, "431");
}

#define POST_5 POST "Content-Length: 5\r\n\r\n"

static void a_body_is_whole_or_wants_more(void **state UNUSED)
{
	struct http_request r = {0};
	struct span body;

	assert_int_equal(http_read(&r, SPAN(POST_5 "hell")), HTTP_OK);
	assert_int_equal(http_body(&r, SPAN(POST_5 "hell"), &body), HTTP_MORE);
	assert_int_equal(http_body(&r, SPAN(POST_5 "hello"), &body), HTTP_OK);
	assert_true(span_eq(body, SPAN("hello")));
}

static void nothing_waits_behind_a_post(void **state UNUSED)
{
	struct http_request r = {0};
	struct span body;

	assert_int_equal(http_read(&r, SPAN(POST_5 "hello" GET)), HTTP_OK);
	assert_int_equal(http_body(&r, SPAN(POST_5 "hello" GET), &body), HTTP_BAD);
	assert_int_equal(r.status, 400);
}

static void a_length_past_all_numbers_only_wants_more(void **state UNUSED)
{
	const struct span bytes =
		SPAN(POST "Content-Length: 18446744073709551615\r\n\r\nhello");
	struct http_request r = {0};
	struct span body;

	assert_int_equal(http_read(&r, bytes), HTTP_OK);
	assert_int_equal(http_body(&r, bytes, &body), HTTP_MORE);
}

static void requests_may_follow_each_other(void **state UNUSED)
{
	const struct span both = SPAN(GET H "\r\nHEAD /b HTTP/1.1\r\n" H "\r\n");
	struct http_request r = {0};

	assert_int_equal(http_read(&r, both), HTTP_OK);
	assert_int_equal(r.head_len, sizeof(GET H "\r\n") - 1);
	size_t first = r.head_len;
	r = (struct http_request){0};
	assert_int_equal(http_read(&r, span_after(both, first)), HTTP_OK);
	assert_true(span_eq(r.path, SPAN("/b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes_that_two_readers_take_for_two_things_are_refused),
		cmocka_unit_test(of_lines_the_first_says_what_is_wanted),
		cmocka_unit_test(what_is_not_whole_wants_more),
		cmocka_unit_test(a_path_has_one_spelling),
		cmocka_unit_test(a_field_is_a_name_a_colon_and_a_value),
		cmocka_unit_test(a_host_is_a_name_or_an_address),
		cmocka_unit_test(only_a_post_has_a_body_and_says_how_long_it_is),
		cmocka_unit_test(an_upgrade_has_no_body_and_nothing_odd_is_expected),
		cmocka_unit_test(a_target_has_two_kilobytes_at_most),
		cmocka_unit_test(a_first_line_without_its_end_ends_nevertheless),
		cmocka_unit_test(a_head_has_64_fields_at_most),
		cmocka_unit_test(a_head_has_eight_kilobytes_at_most),
		cmocka_unit_test(a_body_is_whole_or_wants_more),
		cmocka_unit_test(nothing_waits_behind_a_post),
		cmocka_unit_test(a_length_past_all_numbers_only_wants_more),
		cmocka_unit_test(requests_may_follow_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
