// SPDX-License-Identifier: MIT
// What those cost who are not in yet, and how long they have: whatever they send.
#include "common/clock.h"
#include "tests/unit/io/world.h"

#include <errno.h>
#include <malloc.h>
#include <sys/socket.h>

#define PEERS 64

// Ended by the server: a hang-up, or a reset where bytes had come that were not read.
static bool has_ended(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

// Bytes of the heap for each of many who say `text` and wait.
static size_t cost_of(const char *text)
{
	struct world *w = world_new(NULL, 0);
	int fds[PEERS];
	size_t before;

	// What is there for the first of them only is not counted.
	close(raw_connect(w));
	turns(w, 3);
	before = mallinfo2().uordblks;
	for (int i = 0; i < PEERS; i++) {
		fds[i] = raw_connect(w);
		assert_int_equal(send(fds[i], text, strlen(text), 0), strlen(text));
		turns(w, 2);
	}
	size_t after = mallinfo2().uordblks;
	for (int i = 0; i < PEERS; i++)
		close(fds[i]);
	world_free(w);
	return after > before ? (after - before) / PEERS : 0;
}

// Proves T3.
static void a_silent_peer_costs_less_than_a_kilobyte(void **state UNUSED)
{
	assert_in_range(cost_of(""), 0, 1024);
	// One that begins a handshake has its stream: the measure sees it. Sanitizers have a
	// heap that mallinfo knows nothing of.
	if (mallinfo2().uordblks > 0)
		assert_in_range(cost_of("\x16\x03\x01"), 4096, 256 * 1024);
}

// A fast machine makes many turns in it.
static void turn_for_a_ms(struct world *w)
{
	int64_t now = clock_mono_ms();

	WAIT_UNTIL(clock_mono_ms() != now, turn(w));
}

// Proves T4.
static void a_handshake_byte_by_byte_has_no_more_time(void **state UNUSED)
{
	const struct conn_times times = {300, LONG_MS, LONG_MS, LONG_MS, LONG_MS};
	struct world *w = world_new(&times, 0);
	int fd = raw_connect(w);

	// The head of a long record, then one byte of it after the other.
	assert_int_equal(send(fd, "\x16\x03\x01\x3f\xff", 5, 0), 5);
	WAIT_UNTIL(has_ended(fd), (turn_for_a_ms(w), (void)!send(fd, "\x01", 1, MSG_NOSIGNAL)));
	assert_int_equal(w->n_heard, 0);
	close(fd);
	world_free(w);
}

// Proves T4.
static void who_talks_without_logging_in_has_no_more_time(void **state UNUSED)
{
	const struct conn_times times = {LONG_MS, 300, LONG_MS, LONG_MS, LONG_MS};
	struct world *w = world_new(&times, 0);
	struct peer p = peer_connect(w);

	while (count(w, INBOX_CLOSED) == 0) {
		size_t n = count(w, INBOX_LINE);

		if (tls_write(p.tls, "CAP LS\r\n", 8) != TLS_OK)
			break;
		WAIT_UNTIL(count(w, INBOX_LINE) > n || count(w, INBOX_CLOSED) > 0, turn(w));
		send_item(w, OUTBOX_CREDIT, last_conn(w), 1);
		turn_for_a_ms(w);
	}
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 1, turn(w));
	assert_string_equal(last_heard(w)->text, "Registration timed out");
	peer_free(&p);
	world_free(w);
}

// Proves T11.
static void half_a_line_before_a_cut_is_never_run(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	peer_say(w, &p, "PING 1\r\nQUIT :hal");
	shutdown(p.fd, SHUT_RDWR); // no goodbye of TLS
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 1, turn(w));
	assert_int_equal(count(w, INBOX_LINE), 1);
	assert_string_equal(w->heard[w->n_heard - 2].text, "PING 1");
	peer_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_peer_costs_less_than_a_kilobyte),
		cmocka_unit_test(a_handshake_byte_by_byte_has_no_more_time),
		cmocka_unit_test(who_talks_without_logging_in_has_no_more_time),
		cmocka_unit_test(half_a_line_before_a_cut_is_never_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
