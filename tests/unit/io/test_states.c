// SPDX-License-Identifier: MIT
// What comes in a state of a connection in which it has no meaning changes nothing; and each end
// comes once.
#include "tests/unit/io/world.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

static void send_close(struct world *w, conn_id conn, entry_no after)
{
	struct outbox *out = outbox_new();
	struct outbox_item *item = outbox_add(out, OUTBOX_CLOSE);

	item->conn = conn;
	item->after = after;
	post(w, out);
}

static void stop(struct world *w)
{
	struct letter *letter = xcalloc(1, sizeof(*letter));

	letter->kind = LETTER_STOP;
	mailbox_put(shard_mailbox(w->shard), letter);
}

static bool is_refused(struct world *w)
{
	char byte;
	int fd = raw_connect(w);

	turns(w, 3);
	ssize_t got = recv(fd, &byte, 1, 0);
	close(fd);
	turns(w, 3);
	return got == 0;
}

static void a_login_counts_once(void **state UNUSED)
{
	struct world *w = world_new(NULL, 1);
	struct peer a = peer_connect(w), b;

	assert_true(is_refused(w));
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	turns(w, 3);
	b = peer_connect(w);
	assert_true(is_refused(w));
	peer_free(&a);
	peer_free(&b);
	world_free(w);
}

static void whoever_is_in_is_not_held_to_the_time_of_a_login(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS,
					 PATIENCE_MS};
	struct world *w = world_new(&times, 0);
	struct peer in = peer_connect(w), late;
	conn_id conn = last_conn(w);

	send_item(w, OUTBOX_LOGGED_IN, conn, 0);
	send_item(w, OUTBOX_HOLD, conn, 0);
	turns(w, 2);
	late = peer_connect(w);
	WAIT_UNTIL(late.closed, (turn(w), peer_hears(&late)));
	assert_string_equal(peer_hears(&in), "");
	assert_false(in.closed);
	peer_free(&in);
	peer_free(&late);
	world_free(w);
}

// What is decided is not put off: each of these would begin another time to wait.
static void nothing_brings_back_whoever_is_being_closed(void **state UNUSED)
{
	const struct conn_times times = {PATIENCE_MS, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS,
					 100};
	struct world *w = world_new(&times, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);

	send_close(w, conn, 5);
	send_close(w, conn, 0);
	send_item(w, OUTBOX_LOGGED_IN, conn, 0);
	send_item(w, OUTBOX_HOLD, conn, 1);
	send_item(w, OUTBOX_TELL, conn, 0);
	send_item(w, OUTBOX_CREDIT, conn, 5);
	send_line(w, conn, "late\r\n", 0);
	turns(w, 3);
	peer_say(w, &p, "PING late\r\n");
	assert_int_equal(count(w, INBOX_CLOSED), 1);
	assert_int_equal(count(w, INBOX_TAKEN), 0);
	assert_int_equal(count(w, INBOX_LINE), 0);
	assert_string_equal(peer_hears(&p), "");
	assert_false(p.closed);
	// The gate does not open: the time ends it.
	WAIT_UNTIL(p.closed || p.broken, (turn(w), peer_hears(&p)));
	assert_string_equal(peer_hears(&p), "");
	assert_int_equal(count(w, INBOX_CLOSED), 1);
	peer_free(&p);
	world_free(w);
}

static void of_whom_nobody_heard_no_end_is_told(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	int silent = raw_connect(w), begun = raw_connect(w);
	struct peer in = peer_connect(w);

	assert_int_equal(send(begun, "\x16\x03\x01", 3, 0), 3);
	turns(w, 3);
	stop(w);
	turns(w, 5);
	assert_int_equal(count(w, INBOX_CLOSED), 1);
	assert_string_equal(last_heard(w)->text, "Server stopped");
	assert_int_equal(recv(silent, &(char){0}, 1, 0), 0);
	assert_int_equal(recv(begun, &(char){0}, 1, 0), 0);
	assert_true(shard_is_done(w->shard));
	close(silent);
	close(begun);
	peer_free(&in);
	world_free(w);
}

static void a_handshake_that_breaks_off_ends(void **state UNUSED)
{
	struct world *w = world_new(NULL, 1);
	int begun = raw_connect(w);

	assert_true(is_refused(w));
	assert_int_equal(send(begun, "\x16\x03\x01", 3, 0), 3);
	turns(w, 3);
	assert_true(is_refused(w));
	close(begun);
	turns(w, 3);
	assert_false(is_refused(w));
	assert_int_equal(w->n_heard, 0);
	world_free(w);
}

static void whoever_says_goodbye_and_whoever_breaks_off_are_told_apart(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w), q = peer_connect(w);
	const struct linger now = {1, 0};

	tls_free(p.tls);
	p.tls = NULL;
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 1, turn(w));
	assert_string_equal(last_heard(w)->text, "Connection closed");
	setsockopt(q.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(q.fd);
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 2, turn(w));
	assert_string_equal(last_heard(w)->text, "Connection lost");
	q.fd = dup(p.fd);
	peer_free(&q);
	close(p.fd);
	world_free(w);
}

// Their place is free as soon as they have hung up.
static void whoever_was_closed_leaves_when_the_peer_does(void **state UNUSED)
{
	struct world *w = world_new(NULL, 1);
	struct peer p = peer_connect(w);
	char much[4096];

	memset(much, 'x', sizeof(much));
	send_close(w, last_conn(w), 0);
	WAIT_UNTIL(p.closed, (turn(w), peer_hears(&p)));
	// What it still says is not heard.
	for (int i = 0; i < 40; i++)
		(void)!send(p.fd, much, sizeof(much), MSG_NOSIGNAL | MSG_DONTWAIT);
	turns(w, 5);
	assert_true(is_refused(w));
	shutdown(p.fd, SHUT_WR);
	turns(w, 10);
	assert_false(is_refused(w));
	assert_int_equal(count(w, INBOX_LINE), 0);
	peer_free(&p);
	world_free(w);
}

static void a_drained_shard_takes_nobody_and_ends_those_it_has_soon(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);
	conn_id conn = last_conn(w);

	send_item(w, OUTBOX_DRAIN, 0, 0);
	send_line(w, conn, "still here\r\n", 0);
	turns(w, 5);
	assert_string_equal(peer_hears(&p), "still here\r\n");
	int fd = raw_connect(w);
	turns(w, 5);
	assert_int_equal(recv(fd, &(char){0}, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	// It does not hang up: after STOP_CLOSE_MS, not in an hour, it is gone all the same.
	send_close(w, conn, 5);
	WAIT_UNTIL(p.closed || p.broken, (turn(w), peer_hears(&p)));
	close(fd);
	peer_free(&p);
	world_free(w);
}

static void there_are_no_more_than_may_be(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);

	shard_free(w->shard);
	w->config.tls = world_tls(w, "second");
	w->config.names = NULL;
	w->config.conns_max = 2;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	struct peer a = peer_connect(w);
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	struct peer b = peer_connect(w);
	send_item(w, OUTBOX_LOGGED_IN, last_conn(w), 0);
	turns(w, 3);
	WAIT_UNTIL(is_refused(w), turn(w)); // it rests a moment where places are short
	size_t n_closed = count(w, INBOX_CLOSED);
	peer_free(&b);
	WAIT_UNTIL(count(w, INBOX_CLOSED) == n_closed + 1, turn(w));
	WAIT_UNTIL(!is_refused(w), turn(w));
	peer_free(&a);
	world_free(w);
}

static void times_that_nobody_set_are_long_enough(void **state UNUSED)
{
	const struct conn_times none = {0};
	struct world *w = world_new(&none, 0);
	struct peer p = peer_connect(w);

	turns(w, 20);
	peer_say(w, &p, "PING here\r\n");
	assert_string_equal(last_heard(w)->text, "PING here");
	peer_free(&p);
	world_free(w);
}

static void blanks_are_no_line_and_odd_commands_are_the_hubs(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);
	struct peer p = peer_connect(w);

	peer_say(w, &p, "   \r\n\r\nP!NG x\r\nPING y\r\n");
	assert_int_equal(count(w, INBOX_BAD), 0);
	assert_int_equal(count(w, INBOX_LINE), 2);
	assert_string_equal(w->heard[w->n_heard - 2].text, "P!NG x");
	assert_string_equal(last_heard(w)->text, "PING y");
	peer_free(&p);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_counts_once),
		cmocka_unit_test(whoever_is_in_is_not_held_to_the_time_of_a_login),
		cmocka_unit_test(nothing_brings_back_whoever_is_being_closed),
		cmocka_unit_test(of_whom_nobody_heard_no_end_is_told),
		cmocka_unit_test(a_handshake_that_breaks_off_ends),
		cmocka_unit_test(whoever_says_goodbye_and_whoever_breaks_off_are_told_apart),
		cmocka_unit_test(whoever_was_closed_leaves_when_the_peer_does),
		cmocka_unit_test(a_drained_shard_takes_nobody_and_ends_those_it_has_soon),
		cmocka_unit_test(there_are_no_more_than_may_be),
		cmocka_unit_test(times_that_nobody_set_are_long_enough),
		cmocka_unit_test(blanks_are_no_line_and_odd_commands_are_the_hubs),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
