// SPDX-License-Identifier: MIT
// The handshake, and what is sent: headers, control frames, closes.
#include "common/buf.h"
#include "common/tls_sha1.h"
#include "common/websocket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define KEY "dGhlIHNhbXBsZSBub25jZQ==" // RFC 6455 1.3
#define HEAD "GET /socket HTTP/1.1\r\nHost: a.example\r\n"
#define UPGRADE "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY_FIELD "Sec-WebSocket-Key: " KEY "\r\n"

static void a_sum_is_the_one_of_its_standard(void **state UNUSED)
{
	static const uint8_t wanted[TLS_SHA1_LEN] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81,
						     0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50,
						     0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
	uint8_t sum[TLS_SHA1_LEN];

	tls_sha1(SPAN("abc"), sum);
	assert_memory_equal(sum, wanted, sizeof sum);
}

// The status of the refusal, or 101 with the answer in out.
static unsigned shake(const char *fields, enum websocket_op *op, struct buf *out)
{
	struct http_request r = {0};
	struct buf head = {0};
	const char *why = NULL;
	unsigned status;

	buf_printf(&head, "%s%s\r\n", HEAD, fields);
	assert_int_equal(http_read(&r, buf_span(&head)), HTTP_OK);
	if (websocket_shake(&r, 0, out, op, &status, &why))
		status = 101;
	else
		assert_non_null(why);
	buf_clear(&head);
	return status;
}

static void the_handshake_of_the_standard_is_answered_as_there(void **state UNUSED)
{
	struct buf out = {0};
	enum websocket_op op;

	assert_int_equal(shake(UPGRADE VERSION KEY_FIELD, &op, &out), 101);
	assert_int_equal(op, WEBSOCKET_TEXT);
	assert_string_equal(buf_str(&out),
			    "HTTP/1.1 101 Switching Protocols\r\n"
			    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
			    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
			    "\r\n");
	buf_clear(&out);
}

static void what_lacks_for_a_handshake_is_named(void **state UNUSED)
{
	struct buf out = {0};
	enum websocket_op op;

	assert_int_equal(shake(VERSION KEY_FIELD, &op, &out), 426);
	assert_int_equal(shake("Upgrade: websocket\r\n" VERSION KEY_FIELD, &op, &out), 426);
	assert_int_equal(shake("Connection: Upgrade\r\n" VERSION KEY_FIELD, &op, &out), 426);
	assert_int_equal(shake(UPGRADE KEY_FIELD, &op, &out), 426);
	assert_int_equal(shake(UPGRADE "Sec-WebSocket-Version: 8\r\n" KEY_FIELD, &op, &out),
			 426);
	assert_int_equal(shake(UPGRADE VERSION, &op, &out), 400);
	assert_int_equal(shake(UPGRADE VERSION "Sec-WebSocket-Key: YWJj\r\n", &op, &out), 400);
	assert_int_equal(shake(UPGRADE VERSION "Sec-WebSocket-Key: *\r\n", &op, &out), 400);
	assert_int_equal(out.len, 0);
}

static void a_post_is_no_handshake(void **state UNUSED)
{
	struct http_request r = {.method = HTTP_POST};
	struct buf out = {0};
	enum websocket_op op;
	unsigned status;
	const char *why;

	assert_false(websocket_shake(&r, 0, &out, &op, &status, &why));
	assert_int_equal(status, 405);
}

static void expect_protocol(const char *fields, const char *wanted, enum websocket_op op)
{
	struct http_request r = {0};
	struct buf head = {0};
	enum websocket_op chosen;
	struct span name;

	buf_printf(&head, "%s%s\r\n", HEAD, fields);
	assert_int_equal(http_read(&r, buf_span(&head)), HTTP_OK);
	name = websocket_subprotocol(&r, &chosen);
	assert_true(span_eq(name, span_of(wanted)));
	assert_int_equal(chosen, op);
	buf_clear(&head);
}

#define ASK "Sec-WebSocket-Protocol: "
#define AS_TEXT "text.ircv3.net"
#define AS_BINARY "binary.ircv3.net"

static void the_order_of_the_client_decides(void **state UNUSED)
{
	expect_protocol("", "", WEBSOCKET_TEXT);
	expect_protocol(ASK AS_BINARY ", " AS_TEXT "\r\n", AS_BINARY, WEBSOCKET_BINARY);
	expect_protocol(ASK AS_TEXT "," AS_BINARY "\r\n", AS_TEXT, WEBSOCKET_TEXT);
	expect_protocol(ASK "mqtt, " AS_BINARY "\r\n", AS_BINARY, WEBSOCKET_BINARY);
	expect_protocol(ASK "mqtt\r\n" ASK AS_BINARY "\r\n", AS_BINARY, WEBSOCKET_BINARY);
	expect_protocol(ASK "mqtt, TEXT.ircv3.net\r\n", "", WEBSOCKET_TEXT);
}

static void the_chosen_protocol_is_told(void **state UNUSED)
{
	struct buf out = {0};
	enum websocket_op op;

	assert_int_equal(shake(UPGRADE VERSION KEY_FIELD ASK AS_BINARY "\r\n", &op, &out), 101);
	assert_non_null(strstr(buf_str(&out), "\r\n" ASK AS_BINARY "\r\n"));
	buf_clear(&out);
}

static void expect_head(size_t len, const char *wanted, size_t wanted_len)
{
	char head[WEBSOCKET_HEAD_MAX];

	assert_int_equal(websocket_head(head, WEBSOCKET_TEXT, len), wanted_len);
	assert_memory_equal(head, wanted, wanted_len);
}

static void a_header_is_as_short_as_can_be_and_masks_nothing(void **state UNUSED)
{
	expect_head(0, "\x81\x00", 2);
	expect_head(125, "\x81\x7d", 2);
	expect_head(126, "\x81\x7e\x00\x7e", 4);
	expect_head(512, "\x81\x7e\x02\x00", 4);
	expect_head(65535, "\x81\x7e\xff\xff", 4);
}

static void expect_close(unsigned code, struct span reason, struct span wanted)
{
	struct buf out = {0};

	websocket_put_close(&out, code, reason);
	assert_int_equal(out.len, wanted.len);
	assert_memory_equal(out.at, wanted.at, wanted.len);
	buf_clear(&out);
}

static void a_ping_and_a_close_are_one_frame(void **state UNUSED)
{
	struct buf out = {0};

	websocket_put(&out, WEBSOCKET_PING, SPAN("abc"));
	assert_int_equal(out.len, 5);
	assert_memory_equal(out.at,
			    "\x89\x03"
			    "abc",
			    5);
	buf_clear(&out);
	expect_close(1000, SPAN("bye"),
		     SPAN("\x88\x05\x03\xe8"
			  "bye"));
	expect_close(1001, SPAN(""), SPAN("\x88\x02\x03\xe9"));
	expect_close(WEBSOCKET_NO_CODE, SPAN("x"), SPAN("\x88\x00"));
	expect_close(1002, SPAN("\xff"), SPAN("\x88\x02\x03\xea"));
}

static void a_reason_ends_with_a_whole_character(void **state UNUSED)
{
	struct buf reason = {0}, wanted = {0};

	for (int i = 0; i < 122; i++)
		buf_add_char(&reason, 'a');
	buf_add_str(&wanted, "\x88\x7c\x03\xf0");
	buf_add_span(&wanted, buf_span(&reason));
	buf_add_str(&reason, "\xc3\xa4");
	expect_close(WEBSOCKET_POLICY, buf_span(&reason), buf_span(&wanted));
	buf_clear(&reason);
	buf_clear(&wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_is_the_one_of_its_standard),
		cmocka_unit_test(the_handshake_of_the_standard_is_answered_as_there),
		cmocka_unit_test(what_lacks_for_a_handshake_is_named),
		cmocka_unit_test(a_post_is_no_handshake),
		cmocka_unit_test(the_order_of_the_client_decides),
		cmocka_unit_test(the_chosen_protocol_is_told),
		cmocka_unit_test(a_header_is_as_short_as_can_be_and_masks_nothing),
		cmocka_unit_test(a_ping_and_a_close_are_one_frame),
		cmocka_unit_test(a_reason_ends_with_a_whole_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
