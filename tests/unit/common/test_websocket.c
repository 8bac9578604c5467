// SPDX-License-Identifier: MIT
// A table of what frames may hold (RFC 6455), and that no split of them matters.
#include "common/buf.h"
#include "common/die.h"
#include "common/websocket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

// The header of a client's frame with the length in its shortest form, then masked bytes.
static void put_masked(struct buf *out, struct span payload)
{
	static const char mask[4] = {0x37, (char)0xfa, 0x21, 0x3d};

	buf_add(out, mask, sizeof mask);
	for (size_t i = 0; i < payload.len; i++)
		buf_add_char(out, (char)(payload.at[i] ^ mask[i % 4]));
}

static void put_len(struct buf *out, size_t len)
{
	if (len < 126) {
		buf_add_char(out, (char)(0x80 | len));
		return;
	}
	buf_add_char(out, (char)(len > UINT16_MAX ? 0xff : 0xfe));
	for (int shift = len > UINT16_MAX ? 56 : 8; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(len >> shift));
}

// `first`: FIN, reserved bits, opcode.
static void put_frame(struct buf *out, unsigned first, struct span payload)
{
	buf_add_char(out, (char)first);
	put_len(out, payload.len);
	put_masked(out, payload);
}

// The events as text: lines as they are put out; "(ping x)", "(pong x)", "(close 1000 x)", "(1002)".
static bool tell(const struct websocket *w, enum websocket_event event, struct buf *told)
{
	struct span said = websocket_said(w);

	switch (event) {
	case WEBSOCKET_PINGED:
	case WEBSOCKET_PONGED:
		buf_printf(told, "(%s ", event == WEBSOCKET_PINGED ? "ping" : "pong");
		buf_add_span(told, said);
		buf_add_char(told, ')');
		return true;
	case WEBSOCKET_CLOSED:
		buf_printf(told, "(close %u " SPAN_FMT ")", w->code, SPAN_ARG(said));
		return false;
	case WEBSOCKET_BROKEN:
		assert_non_null(w->why);
		buf_printf(told, "(%u)", w->code);
		return false;
	case WEBSOCKET_MORE:
		return true;
	}
	return false;
}

// One read as a transport does it: bytes from the second place on, lines from the first.
static bool feed(struct websocket *w, struct span bytes, struct buf *told)
{
	char *memory = xmalloc(bytes.len + 1), *out = memory;
	struct span in = span_from(memory + 1, bytes.len);
	enum websocket_event event;
	bool goes_on;

	memcpy(memory + 1, bytes.at, bytes.len);
	do {
		char *before = out;

		event = websocket_read(w, &in, &out);
		assert_true(out <= memory + 1 + bytes.len - in.len);
		buf_add(told, before, (size_t)(out - before));
		goes_on = tell(w, event, told);
	} while (goes_on && event != WEBSOCKET_MORE);
	free(memory);
	return goes_on;
}

static void run_split(struct span bytes, size_t step, struct buf *told)
{
	struct websocket w;
	bool goes_on = true;

	websocket_init(&w);
	while (goes_on && bytes.len) {
		size_t count = bytes.len < step ? bytes.len : step;

		goes_on = feed(&w, span_from(bytes.at, count), told);
		bytes = span_after(bytes, count);
	}
}

static void expect(struct buf *frames, struct span wanted)
{
	const size_t steps[] = {100000, 1, 2, 3, 5, 7, 16, 125, 1000, 4096};

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct buf told = {0};

		run_split(buf_span(frames), steps[i], &told);
		assert_int_equal(told.len, wanted.len);
		assert_memory_equal(told.at, wanted.at, wanted.len);
		buf_clear(&told);
	}
	buf_clear(frames);
}

#define EXPECT(frames, wanted) expect(frames, SPAN(wanted))
#define FIN 0x80
#define TEXT (FIN | WEBSOCKET_TEXT)
#define BINARY (FIN | WEBSOCKET_BINARY)
#define PING (FIN | WEBSOCKET_PING)
#define PONG (FIN | WEBSOCKET_PONG)
#define CLOSE (FIN | WEBSOCKET_CLOSE)
#define LAST (FIN | WEBSOCKET_CONTINUATION)

static void a_message_is_a_line(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, TEXT, SPAN("NICK bob"));
	put_frame(&b, BINARY, SPAN("JOIN #den"));
	put_frame(&b, TEXT, SPAN(""));
	put_frame(&b, TEXT, SPAN("QUIT"));
	EXPECT(&b, "NICK bob\nJOIN #den\n\nQUIT\n");
}

static void what_stands_in_no_line_becomes_nul(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, TEXT, SPAN("NICK a\r\nQUIT"));
	put_frame(&b, TEXT, SPAN("NICK b\r"));
	put_frame(&b, TEXT, SPAN("a\0b"));
	EXPECT(&b, "NICK a\0\0QUIT\nNICK b\0\na\0b\n");
}

static void fragments_are_joined_with_control_frames_between(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, WEBSOCKET_TEXT, SPAN("PRIV"));
	put_frame(&b, PING, SPAN("one"));
	put_frame(&b, WEBSOCKET_CONTINUATION, SPAN(""));
	put_frame(&b, PONG, SPAN(""));
	put_frame(&b, WEBSOCKET_CONTINUATION, SPAN("MSG"));
	put_frame(&b, LAST, SPAN(" #den"));
	put_frame(&b, TEXT, SPAN("QUIT"));
	EXPECT(&b, "PRIV(ping one)(pong )MSG #den\nQUIT\n");
}

static void a_last_fragment_may_be_empty(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, WEBSOCKET_BINARY, SPAN("a"));
	put_frame(&b, LAST, SPAN(""));
	EXPECT(&b, "a\n");
}

static void fragments_come_in_order(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, LAST, SPAN("a"));
	EXPECT(&b, "(1002)");
	put_frame(&b, WEBSOCKET_CONTINUATION, SPAN("a"));
	EXPECT(&b, "(1002)");
	put_frame(&b, WEBSOCKET_TEXT, SPAN("a"));
	put_frame(&b, TEXT, SPAN("b"));
	EXPECT(&b, "a(1002)");
	put_frame(&b, TEXT, SPAN("a"));
	put_frame(&b, LAST, SPAN("b"));
	EXPECT(&b, "a\n(1002)");
}

static void a_length_is_in_its_shortest_form(void **state UNUSED)
{
	static const struct {
		const char *head;
		size_t len;
	} rows[] = {
		{"\x81\xfe\x00\x7d", 4},
		{"\x81\xfe\x00\x00", 4},
		{"\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10},
		{"\x82\xff\x00\x00\x00\x00\x00\x00\x00\x01", 10},
		{"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 10},
		{"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b = {0};

		buf_add(&b, rows[i].head, rows[i].len);
		put_masked(&b, SPAN("a"));
		EXPECT(&b, "(1002)");
	}
}

static void a_frame_is_masked_and_of_a_known_kind(void **state UNUSED)
{
	struct buf b = {0};

	buf_add(&b, "\x81\x01x", 3);
	EXPECT(&b, "(1002)");
	for (unsigned reserved = 0x10; reserved <= 0x40; reserved <<= 1) {
		put_frame(&b, TEXT | reserved, SPAN("a"));
		EXPECT(&b, "(1002)");
	}
	for (unsigned op = 3; op <= 15; op = op == 7 ? 11 : op + 1) {
		put_frame(&b, FIN | op, SPAN("a"));
		EXPECT(&b, "(1002)");
	}
}

static void add_times(struct buf *b, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_char(b, c);
}

static void control_frames_are_short_and_whole(void **state UNUSED)
{
	struct buf b = {0}, text = {0};

	add_times(&text, 'a', 125);
	put_frame(&b, PONG, buf_span(&text));
	put_frame(&b, WEBSOCKET_PING, SPAN("a"));
	buf_reset(&text);
	buf_add_str(&text, "(pong ");
	add_times(&text, 'a', 125);
	buf_add_str(&text, ")(1002)");
	expect(&b, buf_span(&text));
	buf_reset(&text);
	add_times(&text, 'a', 126);
	put_frame(&b, PING, buf_span(&text));
	EXPECT(&b, "(1002)");
	put_frame(&b, WEBSOCKET_CLOSE, SPAN(""));
	EXPECT(&b, "(1002)");
	buf_clear(&text);
}

static void a_message_is_no_longer_than_a_line(void **state UNUSED)
{
	struct buf b = {0}, text = {0};

	add_times(&text, 'a', WEBSOCKET_MESSAGE_MAX + 1);
	put_frame(&b, TEXT, buf_span(&text));
	EXPECT(&b, "(1009)");
	text.len--;
	put_frame(&b, TEXT, buf_span(&text));
	buf_add_str(&text, "\n");
	expect(&b, buf_span(&text));
	text.len--;
	put_frame(&b, WEBSOCKET_TEXT, buf_span(&text));
	put_frame(&b, LAST, SPAN("b"));
	buf_add_str(&text, "(1009)");
	expect(&b, buf_span(&text));
	buf_add(&b, "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10);
	put_masked(&b, SPAN(""));
	EXPECT(&b, "(1009)");
	buf_clear(&text);
}

static void the_bound_is_of_each_message(void **state UNUSED)
{
	struct buf b = {0}, text = {0}, wanted = {0};

	add_times(&text, 'a', 5000);
	for (int i = 0; i < 3; i++) {
		put_frame(&b, TEXT, buf_span(&text));
		buf_add_span(&wanted, buf_span(&text));
		buf_add_str(&wanted, "\n");
	}
	expect(&b, buf_span(&wanted));
	buf_clear(&text);
	buf_clear(&wanted);
}

static void a_text_is_utf8(void **state UNUSED)
{
	static const char *const bad[] = {"\x80",
					  "\xc0\xaf",
					  "\xc1\xbf",
					  "\xc3",
					  "\xe0\x9f\xbf",
					  "\xed\xa0\x80",
					  "\xf0\x8f\xbf\xbf",
					  "\xf4\x90\x80\x80",
					  "\xf5\x80\x80\x80",
					  "\xff",
					  "\xe2\x82",
					  "\xe2\x28\xa1",
					  "\xf0\x9f\x98",
					  "\xc3\xc3"};
	struct buf b = {0};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf told = {0};

		put_frame(&b, TEXT, span_of(bad[i]));
		run_split(buf_span(&b), 100, &told);
		buf_add_char(&told, '\0');
		assert_non_null(strstr(told.at, "(1007)"));
		buf_clear(&told);
		buf_reset(&b);
		put_frame(&b, BINARY, span_of(bad[i]));
		buf_add_str(&told, bad[i]);
		buf_add_str(&told, "\n");
		expect(&b, buf_span(&told));
		buf_clear(&told);
	}
	put_frame(&b, WEBSOCKET_TEXT,
		  SPAN("\xc3\xa4\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\xf0\x9f"));
	put_frame(&b, LAST, SPAN("\x98\x80\xf4\x8f\xbf\xbf"));
	EXPECT(&b,
	       "\xc3\xa4\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\n");
}

static void a_close_says_why(void **state UNUSED)
{
	struct buf b = {0};

	put_frame(&b, CLOSE,
		  SPAN("\x03\xe8"
		       "bye"));
	put_frame(&b, TEXT, SPAN("never read"));
	EXPECT(&b, "(close 1000 bye)");
	put_frame(&b, CLOSE, SPAN(""));
	EXPECT(&b, "(close 1005 )");
	put_frame(&b, WEBSOCKET_TEXT, SPAN("half"));
	put_frame(&b, CLOSE, SPAN("\x03\xe9"));
	EXPECT(&b, "half(close 1001 )");
	put_frame(&b, CLOSE, SPAN("\x03"));
	EXPECT(&b, "(1002)");
	put_frame(&b, CLOSE, SPAN("\x03\xe8\xff"));
	EXPECT(&b, "(1007)");
}

static void expect_code(unsigned code, bool is_good)
{
	const char payload[2] = {(char)(code >> 8), (char)code};
	struct buf b = {0}, wanted = {0};

	put_frame(&b, CLOSE, span_from(payload, 2));
	if (is_good)
		buf_printf(&wanted, "(close %u )", code);
	else
		buf_add_str(&wanted, "(1002)");
	expect(&b, buf_span(&wanted));
	buf_clear(&wanted);
}

static void of_codes_only_those_that_may_be_sent_are_taken(void **state UNUSED)
{
	static const unsigned good[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009,
					1010, 1011, 1014, 3000, 3999, 4000, 4999};
	static const unsigned bad[] = {0,    999,  1004, 1005, 1006, 1015,
				       1016, 2000, 2999, 5000, 65535};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		expect_code(good[i], true);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_code(bad[i], false);
}

static void an_end_stays_the_end(void **state UNUSED)
{
	struct websocket w;
	struct buf b = {0};
	struct span in = SPAN("\x81\x01x");
	char memory[64], *out = memory;

	websocket_init(&w);
	assert_int_equal(websocket_read(&w, &in, &out), WEBSOCKET_BROKEN);
	put_frame(&b, TEXT, SPAN("a"));
	in = buf_span(&b);
	assert_int_equal(websocket_read(&w, &in, &out), WEBSOCKET_BROKEN);
	assert_int_equal(in.len, b.len);
	assert_ptr_equal(out, memory);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_a_line),
		cmocka_unit_test(what_stands_in_no_line_becomes_nul),
		cmocka_unit_test(fragments_are_joined_with_control_frames_between),
		cmocka_unit_test(a_last_fragment_may_be_empty),
		cmocka_unit_test(fragments_come_in_order),
		cmocka_unit_test(a_length_is_in_its_shortest_form),
		cmocka_unit_test(a_frame_is_masked_and_of_a_known_kind),
		cmocka_unit_test(control_frames_are_short_and_whole),
		cmocka_unit_test(a_message_is_no_longer_than_a_line),
		cmocka_unit_test(the_bound_is_of_each_message),
		cmocka_unit_test(a_text_is_utf8),
		cmocka_unit_test(a_close_says_why),
		cmocka_unit_test(of_codes_only_those_that_may_be_sent_are_taken),
		cmocka_unit_test(an_end_stays_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
