// SPDX-License-Identifier: MIT
// Bodies in chunks, cut wherever the network cuts.
#include "client/outside/http_chunks.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

// Fed in pieces of `step` bytes; what comes of it, "END" or "BAD" behind, and the bytes that
// are left.
static void read_by(const char *text, size_t step, struct buf *out)
{
	enum http_chunks_result result = HTTP_CHUNKS_MORE;
	struct http_chunks c = {0};
	struct span rest = span_of(text), data;

	while (rest.len && result == HTTP_CHUNKS_MORE) {
		struct span piece = {rest.at, rest.len < step ? rest.len : step};

		do {
			result = http_chunks_next(&c, &piece, &data);
			if (result == HTTP_CHUNKS_DATA)
				buf_add_span(out, data);
		} while (result == HTTP_CHUNKS_DATA);
		rest = span_after(rest, (size_t)(piece.at - rest.at));
	}
	buf_add_str(out, result == HTTP_CHUNKS_END   ? " END "
			 : result == HTTP_CHUNKS_BAD ? " BAD"
						     : " MORE");
	if (result == HTTP_CHUNKS_END)
		buf_add_span(out, rest);
}

static void assert_reads(const char *text, const char *wanted)
{
	for (size_t step = 1; step <= strlen(text); step++) {
		struct buf out = {0};

		read_by(text, step, &out);
		assert_string_equal(buf_str(&out), wanted);
		buf_clear(&out);
	}
}

static void pieces_are_put_together(void **state)
{
	(void)state;
	assert_reads("5\r\nhello\r\n0\r\n\r\n", "hello END ");
	assert_reads("5\r\nhello\r\n1;a=\"b\"\r\n!\r\n00\r\n\r\nrest", "hello! END rest");
	assert_reads("C \r\nhello, world\r\n0\r\nTrailer: x\r\n\r\n", "hello, world END ");
	assert_reads("3\nabc\n0\n\n", "abc END ");
}

static void what_is_cut_short_is_not_whole(void **state)
{
	(void)state;
	assert_reads("5\r\nhel", "hel MORE");
	assert_reads("5\r\nhello\r\n0\r\n", "hello MORE");
}

static void what_is_no_chunk_is_refused(void **state)
{
	(void)state;
	assert_reads("\r\n", " BAD");
	assert_reads("g\r\n", " BAD");
	assert_reads("-1\r\n", " BAD");
	assert_reads("1000000000000000\r\n", " BAD");
	assert_reads("5\r\nhelloworld\r\n", "hello BAD");
	assert_reads("1\r\na\r\r\n", "a BAD");
}

static void no_line_is_endless(void **state)
{
	struct buf text = {0}, out = {0};
	(void)state;
	buf_add_str(&text, "1;");
	while (text.len <= HTTP_CHUNK_LINE_MAX)
		buf_add_char(&text, 'x');
	read_by(buf_str(&text), text.len, &out);
	assert_string_equal(buf_str(&out), " BAD");
	buf_clear(&text);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_put_together),
		cmocka_unit_test(what_is_cut_short_is_not_whole),
		cmocka_unit_test(what_is_no_chunk_is_refused),
		cmocka_unit_test(no_line_is_endless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
