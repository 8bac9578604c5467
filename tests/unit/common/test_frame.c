// SPDX-License-Identifier: MIT
// Every row of the table of what a stream may hold, and that no split of it matters.
#include "common/buf.h"
#include "common/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// Few enough to fit what the frame offers at once.
static void feed(struct frame *f, struct span bytes)
{
	size_t room;
	char *to = frame_space(f, &room);

	assert_true(bytes.len <= room);
	memcpy(to, bytes.at, bytes.len);
	frame_fed(f, bytes.len);
}

// Writes what came out as text: a line in <>, and L, I, F for the three faults.
static bool drain(struct frame *f, struct buf *out)
{
	struct span line;

	for (;;) {
		switch (frame_next(f, &line)) {
		case FRAME_LINE:
			buf_add_char(out, '<');
			buf_add_span(out, line);
			buf_add_char(out, '>');
			break;
		case FRAME_TOO_LONG:
			buf_add_char(out, 'L');
			break;
		case FRAME_INVALID:
			buf_add_char(out, 'I');
			break;
		case FRAME_FLOOD:
			buf_add_char(out, 'F');
			return false;
		case FRAME_MORE:
			return true;
		}
	}
}

// Pieces of `step` bytes; 0: pieces of many sizes.
static void run_split(struct span input, size_t step, struct buf *out)
{
	struct frame f;
	size_t size = 1;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	while (input.len) {
		size_t room;
		char *to = frame_space(&f, &room);
		size_t count = step ? step : size;

		size = size * 7 % 4093 + 1;
		count = count < room ? count : room;
		count = count < input.len ? count : input.len;
		memcpy(to, input.at, count);
		frame_fed(&f, count);
		input = span_after(input, count);
		if (!drain(&f, out))
			break;
	}
	frame_clear(&f);
}

static void expect(struct span input, struct span wanted)
{
	const size_t steps[] = {1, 2, 3, 7, 510, 511, 512, 1000, 4096, 16384, 0};

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct buf out = {0};

		run_split(input, steps[i], &out);
		assert_int_equal(out.len, wanted.len);
		if (wanted.len)
			assert_memory_equal(out.at, wanted.at, wanted.len);
		buf_clear(&out);
	}
}

#define EXPECT(input, wanted) expect(SPAN(input), SPAN(wanted))

static void add_times(struct buf *b, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_char(b, c);
}

static void lines_end_with_lf_or_cr_lf(void **state UNUSED)
{
	EXPECT("PING a\r\nPING b\nPING c\r\n", "<PING a><PING b><PING c>");
}

static void a_line_without_its_end_is_no_line_yet(void **state UNUSED)
{
	EXPECT("PING a\r\nQUIT", "<PING a>");
	EXPECT("PING a\r", "");
}

static void a_cr_anywhere_else_makes_a_line_invalid(void **state UNUSED)
{
	EXPECT("PING a\rQUIT\r\nPING b\r\n", "I<PING b>");
	EXPECT("PING a\r\r\nPING b\n", "I<PING b>");
	EXPECT("\rPING\n", "I");
	EXPECT("\r\r\n", "I");
}

static void a_nul_makes_a_line_invalid(void **state UNUSED)
{
	EXPECT("PING a\0b\r\nPING b\r\n", "I<PING b>");
	EXPECT("\0\n\0\r\nPING\n", "II<PING>");
}

// Proves P7.
static void bad_utf8_makes_a_line_invalid(void **state UNUSED)
{
	EXPECT("PING \xff\r\nPING b\r\n", "I<PING b>");
	EXPECT("A \xc3\nB \xc0\xaf\nC \xed\xa0\x80\nD \xf4\x90\x80\x80\nE \xc3\xa9\n",
	       "IIII<E \xc3\xa9>");
	// Neither end nor start of a character may hang over a line's end.
	EXPECT("A \xe2\x82\n\xac\n", "II");
}

static void empty_lines_are_skipped(void **state UNUSED)
{
	EXPECT("\r\n\n\r\n\nPING a\n\n\r\nPING b\n", "<PING a><PING b>");
}

static void spaces_are_a_line(void **state UNUSED)
{
	EXPECT("   \r\n", "<   >");
}

// Proves P1.
static void a_line_may_have_510_bytes_and_no_more(void **state UNUSED)
{
	struct buf in = {0}, out = {0};

	add_times(&in, 'a', 510);
	buf_add_str(&in, "\r\n");
	add_times(&in, 'b', 511);
	buf_add_str(&in, "\r\nPING\n");
	buf_add_char(&out, '<');
	add_times(&out, 'a', 510);
	buf_add_str(&out, ">L<PING>");
	expect(buf_span(&in), buf_span(&out));
	buf_clear(&in);
	buf_clear(&out);
}

// '@', filler, a space, a body of `body` bytes, CR LF.
static void add_tagged(struct buf *b, size_t tags, size_t body)
{
	buf_add_char(b, '@');
	add_times(b, 't', tags - 2);
	buf_add_char(b, ' ');
	add_times(b, 'b', body);
	buf_add_str(b, "\r\n");
}

// Proves P1.
static void tags_may_have_8191_bytes_and_no_more(void **state UNUSED)
{
	struct buf in = {0}, out = {0};

	add_tagged(&in, 8191, 510);
	buf_add_char(&out, '<');
	buf_add(&out, in.at, in.len - 2);
	buf_add_char(&out, '>');
	add_tagged(&in, 8192, 4);
	add_tagged(&in, 8191, 511);
	buf_add_str(&in, "PING\r\n");
	buf_add_str(&out, "LL<PING>");
	expect(buf_span(&in), buf_span(&out));
	buf_clear(&in);
	buf_clear(&out);
}

static void tags_without_an_end_count_as_tags(void **state UNUSED)
{
	struct buf in = {0}, out = {0};

	buf_add_char(&in, '@');
	add_times(&in, 't', 8190);
	buf_add_char(&out, '<');
	buf_add_span(&out, buf_span(&in));
	buf_add_char(&out, '>');
	buf_add_str(&in, "\n@");
	add_times(&in, 't', 8191);
	buf_add_char(&in, '\n');
	buf_add_char(&out, 'L');
	expect(buf_span(&in), buf_span(&out));
	buf_clear(&in);
	buf_clear(&out);
}

static void too_long_comes_before_invalid(void **state UNUSED)
{
	struct buf in = {0};

	add_times(&in, '\xff', 600);
	buf_add_str(&in, "\n");
	expect(buf_span(&in), SPAN("L"));
	buf_clear(&in);
}

// As long as push services are known to make their addresses, and some.
static void the_address_of_a_push_service_may_be_long(void **state UNUSED)
{
	static const struct {
		const char *begin;
		size_t len;
		bool is_taken;
	} rows[] = {
		{"WEBPUSH REGISTER ", 1280, true},  {"webpush register ", 1280, true},
		{"WEBPUSH REGISTER ", 1281, false}, {":x WEBPUSH REGISTER ", 1280, true},
		{"FAIL WEBPUSH x ", 1280, true},    {":x FAIL WEBPUSH x ", 1280, true},
		{"PRIVMSG WEBPUSH :", 511, false},  {"WEBPUSHY REGISTER ", 511, false},
		{"FAIL PRIVMSG ", 511, false},      {":WEBPUSH PRIVMSG ", 511, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf in = {0}, out = {0};

		buf_add_str(&in, rows[i].begin);
		add_times(&in, 'x', rows[i].len - strlen(rows[i].begin));
		if (rows[i].is_taken)
			buf_printf(&out, "<%s>", buf_str(&in));
		else
			buf_add_char(&out, 'L');
		buf_add_char(&in, '\n');
		expect(buf_span(&in), buf_span(&out));
		buf_clear(&in);
		buf_clear(&out);
	}
}

// Proves P1.
static void sixteen_kib_without_an_end_are_a_flood(void **state UNUSED)
{
	struct buf in = {0};

	buf_add_str(&in, "PING a\n");
	add_times(&in, 'x', FRAME_MAX - 1);
	buf_add_str(&in, "\nPING b\n");
	expect(buf_span(&in), SPAN("<PING a>L<PING b>"));
	add_times(&in, 'x', FRAME_MAX);
	buf_add_str(&in, "\nPING c\n");
	expect(buf_span(&in), SPAN("<PING a>L<PING b>F"));
	buf_clear(&in);
}

// Proves B6.
static void a_million_empty_lines_are_a_flood(void **state UNUSED)
{
	struct buf in = {0};

	add_times(&in, '\n', FRAME_EMPTY_MAX);
	buf_add_str(&in, "PING\n");
	expect(buf_span(&in), SPAN("<PING>"));
	add_times(&in, '\n', 1000000);
	expect(buf_span(&in), SPAN("<PING>F"));
	buf_clear(&in);
}

static void a_flood_stays_a_flood(void **state UNUSED)
{
	struct buf in = {0}, out = {0};
	struct frame f;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	add_times(&in, '\n', FRAME_EMPTY_MAX + 1);
	feed(&f, buf_span(&in));
	assert_false(drain(&f, &out));
	assert_false(drain(&f, &out));
	feed(&f, SPAN("PING\n"));
	assert_false(drain(&f, &out));
	assert_memory_equal(out.at, "FFF", 3);
	frame_clear(&f);
	buf_clear(&in);
	buf_clear(&out);
}

// Proves B6.
static void a_gibibyte_without_an_end_costs_little(void **state UNUSED)
{
	struct buf out = {0};
	struct frame f;
	size_t floods = 0;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	for (size_t fed = 0; fed < (size_t)1 << 30;) {
		size_t room;
		char *to = frame_space(&f, &room);

		assert_true(f.cap <= FRAME_MAX);
		memset(to, 'x', room);
		frame_fed(&f, room);
		fed += room;
		buf_reset(&out);
		floods += !drain(&f, &out);
		assert_true(f.cap <= FRAME_MAX);
	}
	assert_true(floods > 0);
	frame_clear(&f);
	buf_clear(&out);
}

// Stands in front of the C library's and counts the bytes that are searched.
static size_t n_searched;

void *memchr(const void *at, int wanted, size_t len)
{
	const unsigned char *bytes = at;

	for (size_t i = 0; i < len; i++) {
		n_searched++;
		if (bytes[i] == (unsigned char)wanted)
			return (void *)(uintptr_t)&bytes[i];
	}
	return NULL;
}

static void a_line_byte_by_byte_is_searched_once(void **state UNUSED)
{
	struct buf in = {0}, out = {0};

	for (int i = 0; i < 60; i++) {
		add_times(&in, 'x', FRAME_MAX - 1);
		buf_add_char(&in, '\n');
	}
	n_searched = 0;
	run_split(buf_span(&in), 1, &out);
	assert_int_equal(out.len, 60);
	// Once for its end and once for each byte that may not stand in it.
	assert_true(n_searched >= in.len && n_searched <= 4 * in.len);
	buf_clear(&in);
	buf_clear(&out);
}

static void an_idle_frame_holds_no_memory(void **state UNUSED)
{
	struct buf out = {0};
	struct frame f;
	size_t room;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	assert_null(f.at);
	feed(&f, SPAN("PING a\r\nPING b\r\n"));
	assert_non_null(f.at);
	assert_true(drain(&f, &out));
	assert_null(f.at);
	assert_non_null(frame_space(&f, &room));
	frame_fed(&f, 0);
	assert_null(f.at);
	feed(&f, SPAN("PING a\r\nPI"));
	assert_true(drain(&f, &out));
	assert_non_null(f.at);
	assert_non_null(frame_space(&f, &room));
	frame_fed(&f, 0);
	feed(&f, SPAN("NG c\n"));
	assert_true(drain(&f, &out));
	assert_null(f.at);
	assert_string_equal(buf_str(&out), "<PING a><PING b><PING a><PING c>");
	frame_clear(&f);
	buf_clear(&out);
}

static void a_line_that_is_given_back_comes_again(void **state UNUSED)
{
	struct buf out = {0};
	struct span line;
	struct frame f;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	feed(&f, SPAN("one\r\n\r\ntwo\r\nthree\n"));
	assert_int_equal(frame_next(&f, &line), FRAME_LINE);
	assert_int_equal(frame_next(&f, &line), FRAME_LINE);
	frame_give_back(&f, line);
	assert_true(drain(&f, &out));
	assert_string_equal(buf_str(&out), "<two><three>");
	buf_clear(&out);
	frame_clear(&f);
}

// Whatever it is called, it is called so again.
static void a_line_of_another_frame_is_the_same_here(void **state UNUSED)
{
	struct frame from, to;
	struct buf all = {0}, out = {0};
	struct span line;

	frame_init(&from, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	frame_init(&to, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	buf_add_str(&all, "one\r\ntwo\nend\r\r\n\xff\n");
	add_times(&all, 'x', FRAME_BODY_MAX + 1);
	buf_add_str(&all, "\r\nlast\r\n");
	feed(&from, buf_span(&all));
	while (frame_next(&from, &line) != FRAME_MORE)
		assert_true(frame_add(&to, line));
	assert_true(drain(&to, &out));
	assert_string_equal(buf_str(&out), "<one><two>IIL<last>");
	assert_null(to.at);
	buf_clear(&all);
	buf_clear(&out);
	frame_clear(&from);
	frame_clear(&to);
}

static void what_is_added_is_bounded(void **state UNUSED)
{
	struct buf out = {0};
	size_t n = 0, bytes = 0;
	struct frame f;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	while (frame_add(&f, SPAN("a line of thirty bytes, or so"))) {
		n++;
		bytes += 31;
	}
	assert_in_range(bytes, FRAME_MAX - 31, FRAME_MAX);
	assert_true(f.cap <= FRAME_MAX);
	assert_true(drain(&f, &out));
	assert_int_equal(out.len, n * 31);
	assert_true(frame_add(&f, SPAN("there is room again")));
	buf_clear(&out);
	frame_clear(&f);
}

static void larger_limits_of_a_client_are_honoured(void **state UNUSED)
{
	struct buf in = {0}, out = {0};
	struct frame f;

	frame_init(&f, 2 * FRAME_TAGS_MAX, FRAME_BODY_MAX);
	add_tagged(&in, 2 * FRAME_TAGS_MAX, 510);
	for (size_t i = 0; i < in.len; i++) {
		feed(&f, span_from(in.at + i, 1));
		assert_true(drain(&f, &out));
	}
	assert_int_equal(out.len, in.len);
	frame_clear(&f);
	buf_clear(&in);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_with_lf_or_cr_lf),
		cmocka_unit_test(a_line_without_its_end_is_no_line_yet),
		cmocka_unit_test(a_cr_anywhere_else_makes_a_line_invalid),
		cmocka_unit_test(a_nul_makes_a_line_invalid),
		cmocka_unit_test(bad_utf8_makes_a_line_invalid),
		cmocka_unit_test(empty_lines_are_skipped),
		cmocka_unit_test(spaces_are_a_line),
		cmocka_unit_test(a_line_may_have_510_bytes_and_no_more),
		cmocka_unit_test(tags_may_have_8191_bytes_and_no_more),
		cmocka_unit_test(tags_without_an_end_count_as_tags),
		cmocka_unit_test(too_long_comes_before_invalid),
		cmocka_unit_test(the_address_of_a_push_service_may_be_long),
		cmocka_unit_test(sixteen_kib_without_an_end_are_a_flood),
		cmocka_unit_test(a_million_empty_lines_are_a_flood),
		cmocka_unit_test(a_flood_stays_a_flood),
		cmocka_unit_test(a_gibibyte_without_an_end_costs_little),
		cmocka_unit_test(a_line_byte_by_byte_is_searched_once),
		cmocka_unit_test(an_idle_frame_holds_no_memory),
		cmocka_unit_test(larger_limits_of_a_client_are_honoured),
		cmocka_unit_test(a_line_that_is_given_back_comes_again),
		cmocka_unit_test(a_line_of_another_frame_is_the_same_here),
		cmocka_unit_test(what_is_added_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
