// SPDX-License-Identifier: MIT
// Lines as WebSocket messages through a shard: life, silence, slowness, ends.
#include "tests/unit/io/web_peer.h"

#define TEXT 0x81
#define CLOSED 0x88
#define PING 0x89
#define PONG 0x8a

static void lines_go_both_ways_one_a_message(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "Sec-WebSocket-Protocol: binary.ircv3.net\r\n");
	struct buf frames = {0};

	assert_int_equal(w->heard[0].kind, INBOX_OPENED);
	socket_say(w, &p, TEXT, "NICK ann");
	socket_say(w, &p, 0x02, "USER a");
	socket_say(w, &p, PING, "between");
	socket_say(w, &p, 0x80, " 0 * :b");
	assert_int_equal(w->n_heard, 3);
	assert_string_equal(w->heard[1].text, "NICK ann");
	assert_string_equal(w->heard[2].text, "USER a");
	send_line(w, last_conn(w), "one\r\ntwo\r\n", 0);
	send_line(w, last_conn(w), "gated\r\n", 3);
	turns(w, 3);
	assert_string_equal(socket_hears(&p, &frames), "8a between\n82 one\n82 two\n");
	send_durable(w, 3);
	turns(w, 3);
	assert_string_equal(socket_hears(&p, &frames),
			    "8a between\n82 one\n82 two\n82 gated\n");
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

static void a_message_is_one_line_or_a_fault(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "");

	socket_say(w, &p, TEXT, "PING a\nNICK bob");
	socket_say(w, &p, TEXT, "PING a\r\nNICK bob\r\n");
	socket_say(w, &p, TEXT, "PING a\r");
	socket_say(w, &p, TEXT, "");
	assert_int_equal(count(w, INBOX_BAD), 3);
	assert_int_equal(count(w, INBOX_LINE), 0);
	assert_int_equal(w->heard[1].fault, FAULT_BYTES);
	web_free(&p);
	world_free(w);
}

// Lines that came before an end are heard before it; a peer's own code comes back to it.
static void who_says_goodbye_hears_it(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "");
	struct buf frames = {0};

	web_say(w, &p, SPAN("\x81\x84\0\0\0\0QUIT\x88\x82\0\0\0\0\x03\xe9"));
	assert_int_equal(w->n_heard, 3);
	assert_string_equal(w->heard[1].text, "QUIT");
	assert_int_equal(w->heard[2].kind, INBOX_CLOSED);
	assert_string_equal(socket_hears(&p, &frames), "88 1001 \n");
	assert_true(p.closed);
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

static void assert_end(enum parting parting, const char *expected)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "");
	struct buf frames = {0};

	send_line(w, last_conn(w), "ERROR :x\r\n", 0);
	send_parting(w, last_conn(w), 0, parting, "Why not");
	turns(w, 5);
	assert_string_equal(socket_hears(&p, &frames), expected);
	assert_true(p.closed);
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

static void each_end_has_its_code(void **state UNUSED)
{
	assert_end(PARTING_LEFT, "81 ERROR :x\n88 1000 Why not\n");
	assert_end(PARTING_STOP, "81 ERROR :x\n88 1001 Why not\n");
	assert_end(PARTING_REFUSED, "81 ERROR :x\n88 1008 Why not\n");
	assert_end(PARTING_LATER, "81 ERROR :x\n88 1013 Why not\n");
}

// A proxy sees frames each minute; what a browser answers by itself proves nobody alive.
static void silence_is_nudged_and_a_pong_is_no_life(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, PATIENCE_MS, 200, 200, PATIENCE_MS};
	struct world *w = world_with(&web_tls, &times, 0);
	struct web_peer p;
	struct buf frames = {0};

	shard_free(w->shard);
	w->config.nudge_after_ms = 50;
	w->config.tls = world_tls(w, "second");
	w->config.names = web_names_new(SPAN("localhost"), SPAN(""), false);
	w->shard = shard_new(&w->config, w->loop, w->hub);
	p = socket_open(w, "");
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	WAIT_UNTIL(strstr(socket_hears(&p, &frames), "89 \n"), turn(w));
	socket_say(w, &p, PONG, "");
	WAIT_UNTIL(strstr(socket_hears(&p, &frames), "81 PING :test.host\n"), turn(w));
	socket_say(w, &p, PONG, "");
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 1, turn(w));
	assert_string_equal(last_heard(w)->text, "Ping timeout");
	WAIT_UNTIL(strstr(socket_hears(&p, &frames), "88 1008 Ping timeout\n"), turn(w));
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

// Proves B41.
static void of_many_pings_the_last_is_answered_and_too_many_end_it(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "");
	struct buf bytes = {0}, frames = {0};

	for (int i = 0; i < 100; i++)
		buf_printf(&bytes, "\x89\x82%c%c%c%c%02d", 32, 32, 32, 32, i);
	for (size_t i = 0; i < bytes.len; i++)
		bytes.at[i] = i % 8 > 5 ? (char)(bytes.at[i] ^ 32) : bytes.at[i];
	web_say(w, &p, buf_span(&bytes));
	assert_string_equal(socket_hears(&p, &frames), "8a 99\n");
	web_say(w, &p, buf_span(&bytes));
	turns(w, 5);
	assert_non_null(strstr(socket_hears(&p, &frames), "88 1008 Too many pings\n"));
	assert_int_equal(last_heard(w)->kind, INBOX_CLOSED);
	buf_clear(&bytes);
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

// What the socket does not take waits, whole and in order, up to the bound of any queue.
static void a_slow_reader_is_bounded_and_misses_no_half_message(void **state UNUSED)
{
	struct world *w = world_with(&web_tls, NULL, 0);
	struct web_peer p = socket_open(w, "");
	struct buf line = {0}, frames = {0};
	const char *at;
	int n = 0, sent = 0;

	WAIT_UNTIL(count(w, INBOX_STALLED) == 1, {
		buf_reset(&line);
		buf_printf(&line, "%07d %01000d\r\n", sent++, 0);
		send_line(w, last_conn(w), buf_str(&line), 0);
		turn(w);
	});
	socket_say(w, &p, PING, "x");
	WAIT_UNTIL(count(w, INBOX_DRAINED) == 1, (web_hears(&p), turn(w)));
	WAIT_UNTIL(strstr(socket_hears(&p, &frames), "8a x\n"), turn(w));
	for (at = buf_str(&frames); (at = strstr(at, "\n81 ")) != NULL; at++)
		assert_int_equal(strtol(at + 4, NULL, 10), ++n);
	assert_in_range(n, 1000, sent - 1);
	buf_clear(&line);
	buf_clear(&frames);
	web_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_go_both_ways_one_a_message),
		cmocka_unit_test(a_message_is_one_line_or_a_fault),
		cmocka_unit_test(who_says_goodbye_hears_it),
		cmocka_unit_test(each_end_has_its_code),
		cmocka_unit_test(silence_is_nudged_and_a_pong_is_no_life),
		cmocka_unit_test(of_many_pings_the_last_is_answered_and_too_many_end_it),
		cmocka_unit_test(a_slow_reader_is_bounded_and_misses_no_half_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
