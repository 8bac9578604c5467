// SPDX-License-Identifier: MIT
// Lines as WebSocket messages, frame by frame.
#include "server/io/web_private.h"
#include "tests/unit/io/world.h"

#include <fcntl.h>
#include <sys/socket.h>

struct scene {
	struct web web;
	struct carrier carrier;
	struct frame frame;
	struct outq q;
	int other;
	char record[RECORD_MAX];
};

static struct scene *scene_new(void)
{
	struct scene *s = xcalloc(1, sizeof(*s));
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	s->web.fd = fds[0];
	s->other = fds[1];
	s->web.phase = WEB_TALKING;
	s->web.op = WEBSOCKET_TEXT;
	websocket_init(&s->web.socket);
	s->carrier.own = &s->web;
	frame_init(&s->frame, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	return s;
}

static void scene_free(struct scene *s)
{
	close(s->web.fd);
	if (s->other >= 0)
		close(s->other);
	buf_clear(&s->web.words);
	buf_clear(&s->web.pong);
	frame_clear(&s->frame);
	outq_clear(&s->q);
	free(s);
}

// A frame of the peer's, whose mask changes nothing.
static void comes(struct scene *s, unsigned first, const char *text, size_t len)
{
	char bytes[160] = {(char)first, (char)(0x80 | len)};

	memcpy(bytes + 6, text, len);
	assert_int_equal(send(s->other, bytes, len + 6, 0), len + 6);
}

static enum tls_result reads(struct scene *s)
{
	return web_read_frames(&s->carrier, &s->frame);
}

static enum tls_result writes(struct scene *s)
{
	return web_write_frames(&s->carrier, &s->q, 0, s->record);
}

static void expect_line(struct scene *s, const char *text)
{
	struct span line;

	if (!text) {
		assert_int_equal(frame_next(&s->frame, &line), FRAME_MORE);
		return;
	}
	assert_int_equal(frame_next(&s->frame, &line), FRAME_LINE);
	assert_true(span_eq(line, span_of(text)));
}

// All that left, to the byte.
static void expect_bytes(struct scene *s, const char *bytes, size_t len)
{
	char got[256];

	assert_int_equal(recv(s->other, got, sizeof(got), 0), len);
	assert_memory_equal(got, bytes, len);
}

static void expect_nothing(struct scene *s)
{
	char byte;

	assert_int_equal(recv(s->other, &byte, 1, 0), -1);
}

static void push(struct scene *s, const char *text)
{
	struct line *l = line_new(span_of(text), 0);

	outq_push(&s->q, l);
	line_drop(l);
}

static void a_message_is_a_line(void **state UNUSED)
{
	struct scene *s = scene_new();

	assert_int_equal(reads(s), TLS_WANT_READ);
	expect_line(s, NULL);
	comes(s, 0x81, "NICK ann", 8);
	comes(s, 0x81, "PING x", 6);
	assert_int_equal(reads(s), TLS_OK);
	assert_false(s->carrier.was_idle);
	expect_line(s, "NICK ann");
	expect_line(s, "PING x");
	expect_line(s, NULL);
	assert_false(s->carrier.has_more);
	assert_null(s->carrier.parting);
	close(s->other);
	s->other = -1;
	assert_int_equal(reads(s), TLS_CLOSED);
	scene_free(s);
}

static void a_ping_is_answered_and_is_no_sign_of_life(void **state UNUSED)
{
	struct scene *s = scene_new();

	comes(s, 0x89, "one", 3);
	comes(s, 0x89, "two", 3);
	assert_int_equal(reads(s), TLS_OK);
	assert_true(s->carrier.was_idle);
	assert_true(s->carrier.has_words);
	expect_line(s, NULL);
	assert_int_equal(writes(s), TLS_OK);
	assert_false(s->carrier.has_words);
	expect_bytes(s, "\x8a\3two", 5);
	comes(s, 0x8a, "x", 1);
	comes(s, 0x81, "PING a", 6);
	assert_int_equal(reads(s), TLS_OK);
	assert_false(s->carrier.was_idle);
	expect_line(s, "PING a");
	scene_free(s);
}

static void so_many_pings_come_in_a_minute(void **state UNUSED)
{
	struct scene *s = scene_new();

	s->web.minute_at = clock_mono_ms();
	s->web.pings = PINGS_PER_MINUTE - 1;
	comes(s, 0x89, "", 0);
	assert_int_equal(reads(s), TLS_OK);
	assert_null(s->carrier.parting);
	// The minute is over.
	s->web.minute_at -= 60001;
	comes(s, 0x8a, "", 0);
	assert_int_equal(reads(s), TLS_OK);
	assert_null(s->carrier.parting);
	assert_int_equal(s->web.pings, 1);
	s->web.pings = PINGS_PER_MINUTE;
	comes(s, 0x8a, "", 0);
	comes(s, 0x81, "PING a", 6);
	assert_int_equal(reads(s), TLS_OK);
	assert_string_equal(s->carrier.parting, "Too many pings");
	assert_int_equal(s->web.code, WEBSOCKET_POLICY);
	expect_line(s, NULL); // nothing behind it is read
	scene_free(s);
}

static void a_close_is_echoed(void **state UNUSED)
{
	struct scene *s = scene_new();

	comes(s, 0x81, "QUIT", 4);
	comes(s, 0x88, "\x0f\xa1why", 5);
	assert_int_equal(reads(s), TLS_OK);
	assert_string_equal(s->carrier.parting, "Connection closed");
	assert_false(s->carrier.was_idle);
	expect_line(s, "QUIT");
	assert_int_equal(web_end_frames(&s->carrier, PARTING_LEFT, SPAN("Bye")), TLS_OK);
	expect_bytes(s, "\x88\2\x0f\xa1", 4);
	assert_int_equal(web_end_frames(&s->carrier, PARTING_LEFT, SPAN("Bye")), TLS_OK);
	expect_nothing(s);
	scene_free(s);
}

static void an_end_of_ours_says_why(void **state UNUSED)
{
	static const struct {
		enum parting parting;
		const char *bytes;
	} rows[] = {{PARTING_LEFT, "\x88\5\x03\xe8"
				   "Bye"},
		    {PARTING_STOP, "\x88\5\x03\xe9"
				   "Bye"},
		    {PARTING_REFUSED, "\x88\5\x03\xf0"
				      "Bye"},
		    {PARTING_LATER, "\x88\5\x03\xf5"
				    "Bye"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = scene_new();

		assert_int_equal(web_end_frames(&s->carrier, rows[i].parting, SPAN("Bye")),
				 TLS_OK);
		expect_bytes(s, rows[i].bytes, 7);
		scene_free(s);
	}
}

static void lines_are_messages_as_many_as_a_record_holds(void **state UNUSED)
{
	struct scene *s = scene_new();
	char text[8001];
	ssize_t got;

	push(s, "one\r\n");
	push(s, "two\r\n");
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x81\3one\x81\3two", 10);
	assert_int_equal(s->q.count, 0);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 3, "\r\n", 3);
	for (int i = 0; i < 3; i++)
		push(s, text);
	assert_int_equal(writes(s), TLS_OK);
	got = recv(s->other, s->record, sizeof(s->record), 0);
	assert_int_equal(got, 2 * (7998 + 4));
	assert_int_equal(s->q.count, 1);
	scene_free(s);
}

static void words_go_before_lines_and_the_pong_behind_them(void **state UNUSED)
{
	struct scene *s = scene_new();

	buf_add_str(&s->web.words, "abc");
	comes(s, 0x89, "p", 1);
	assert_int_equal(reads(s), TLS_OK);
	push(s, "one\r\n");
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "abc", 3);
	assert_true(s->carrier.has_words);
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x8a\1p", 3);
	assert_false(s->carrier.has_words);
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x81\3one", 5);
	scene_free(s);
}

// What was offered once comes first again, whatever came meanwhile.
static void what_was_not_taken_comes_first_again(void **state UNUSED)
{
	struct scene *s = scene_new();
	static char bytes[4096];
	char got[65536];

	push(s, "one\r\n");
	while (send(s->web.fd, bytes, sizeof(bytes), 0) > 0)
		;
	while (send(s->web.fd, bytes, 1, 0) > 0)
		;
	assert_int_equal(writes(s), TLS_WANT_WRITE);
	assert_true(s->web.has_lines_pending);
	assert_int_equal(s->q.count, 1);
	comes(s, 0x89, "p", 1);
	assert_int_equal(reads(s), TLS_OK);
	while (recv(s->other, got, sizeof(got), 0) > 0)
		;
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x81\3one", 5);
	assert_false(s->web.has_lines_pending);
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x8a\1p", 3);
	scene_free(s);
}

static void words_that_are_not_taken_stay(void **state UNUSED)
{
	struct scene *s = scene_new();
	static char bytes[4096];

	while (send(s->web.fd, bytes, sizeof(bytes), 0) > 0)
		;
	while (send(s->web.fd, bytes, 1, 0) > 0)
		;
	buf_add_str(&s->web.words, "abc");
	assert_int_equal(writes(s), TLS_WANT_WRITE);
	assert_int_equal(s->web.words.len, 3);
	assert_true(s->carrier.has_words);
	scene_free(s);
}

static void one_nudge_is_enough(void **state UNUSED)
{
	struct scene *s = scene_new();

	web_nudge(&s->carrier);
	assert_true(s->carrier.has_words);
	web_nudge(&s->carrier);
	assert_int_equal(writes(s), TLS_OK);
	expect_bytes(s, "\x89\0", 2);
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_a_line),
		cmocka_unit_test(a_ping_is_answered_and_is_no_sign_of_life),
		cmocka_unit_test(so_many_pings_come_in_a_minute),
		cmocka_unit_test(a_close_is_echoed),
		cmocka_unit_test(an_end_of_ours_says_why),
		cmocka_unit_test(lines_are_messages_as_many_as_a_record_holds),
		cmocka_unit_test(words_go_before_lines_and_the_pong_behind_them),
		cmocka_unit_test(what_was_not_taken_comes_first_again),
		cmocka_unit_test(words_that_are_not_taken_stay),
		cmocka_unit_test(one_nudge_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
