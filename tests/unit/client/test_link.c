// SPDX-License-Identifier: MIT
#include "client/outside/tls_link.h"
#include "tests/support/scripted_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

struct fixture {
	struct loop *loop;
	struct scripted server;
	struct link *link;
	enum failure verdict; // of on_key
	bool is_up, is_down;
	enum failure failure;
	struct buf lines;
	size_t n_lines;
	bool closes_at_first_line;
};

static enum failure on_key(void *arg, const struct link_peer *peer)
{
	struct fixture *f = arg;
	assert_true(peer->has_pin);
	assert_memory_equal(peer->pin, f->server.pin, TLS_PIN_LEN);
	return f->verdict;
}

static void on_up(void *arg)
{
	((struct fixture *)arg)->is_up = true;
}

static void on_line(void *arg, const struct msg *m, struct span line)
{
	struct fixture *f = arg;
	assert_true(m->command.len > 0);
	buf_add_span(&f->lines, line);
	buf_add_char(&f->lines, '\n');
	f->n_lines++;
	if (f->closes_at_first_line)
		f->link->acts->close(f->link);
}

static void on_down(void *arg, enum failure failure, struct span detail)
{
	struct fixture *f = arg;
	(void)detail;
	f->is_down = true;
	f->failure = failure;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct link_events events = {.arg = f,
				     .on_key = on_key,
				     .on_up = on_up,
				     .on_line = on_line,
				     .on_down = on_down};
	f->loop = loop_new();
	scripted_init(&f->server, f->loop);
	f->link = tls_link_new(f->loop, &events);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	scripted_clear(&f->server);
	f->link->acts->free(f->link);
	loop_free(f->loop);
	buf_clear(&f->lines);
	free(f);
	return 0;
}

static void turn_until(struct fixture *f, const bool *flag)
{
	WAIT_UNTIL(*flag, loop_turn(f->loop, STEP_MS));
}

static void open_to(struct fixture *f, const char *host, const char *port)
{
	struct link_order order = {.name = host};
	assert_null(f->link->acts->order(f->link, &order));
	f->link->acts->open(f->link, &(struct link_place){.host = host, .port = port});
}

static void come_up(struct fixture *f)
{
	open_to(f, "127.0.0.1", f->server.port);
	turn_until(f, &f->is_up);
	WAIT_UNTIL(f->server.is_up, loop_turn(f->loop, STEP_MS));
}

static void lines_go_both_ways(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	f->link->acts->send(f->link, SPAN("NICK ann"), false);
	f->link->acts->send(f->link, SPAN("PING 1"), false);
	assert_true(scripted_hears(&f->server, "NICK ann\nPING 1\n"));
	scripted_say(&f->server, ":h 001 ann :hello");
	WAIT_UNTIL(f->n_lines > 0, loop_turn(f->loop, STEP_MS));
	assert_string_equal(buf_str(&f->lines), ":h 001 ann :hello\n");
}

static void a_host_name_is_looked_up_beside_the_loop(void **state)
{
	struct fixture *f = *state;
	open_to(f, "localhost", f->server.port);
	turn_until(f, &f->is_up);
}

// Proves C2.
static void nothing_is_sent_when_the_key_is_wrong(void **state)
{
	struct fixture *f = *state;
	f->verdict = FAILURE_KEY;
	open_to(f, "127.0.0.1", f->server.port);
	f->link->acts->send(f->link, SPAN("PASS secret"), false);
	turn_until(f, &f->is_down);
	f->link->acts->send(f->link, SPAN("PASS secret"), false);
	// The server hears all that there was and then the end.
	WAIT_UNTIL(f->server.n_accepted == 1 && f->server.fd < 0, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->failure, FAILURE_KEY);
	assert_false(f->is_up);
	assert_int_equal(f->server.n_bytes, 0);
}

static void a_refused_connection_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	scripted_hide(&f->server);
	open_to(f, "127.0.0.1", f->server.port);
	turn_until(f, &f->is_down);
	assert_int_equal(f->failure, FAILURE_REFUSED);
}

static void a_name_that_nobody_has_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	open_to(f, "no-such-host.invalid", "6697");
	turn_until(f, &f->is_down);
	// Without a network the resolver cannot know.
	assert_true(f->failure == FAILURE_NO_HOST || f->failure == FAILURE_UNREACHABLE);
}

static void a_peer_without_tls_is_told_as_such(void **state)
{
	struct fixture *f = *state;
	loop_remove(f->server.listen_watch);
	f->server.listen_watch = NULL;
	open_to(f, "127.0.0.1", f->server.port);
	struct net_address peer;
	int fd = -1;
	WAIT_UNTIL((fd = net_accept(f->server.listen_fd, &peer)) >= 0,
		   loop_turn(f->loop, STEP_MS));
	assert_true(write(fd, "220 hello, this is no TLS\r\n", 27) == 27);
	turn_until(f, &f->is_down);
	close(fd);
	assert_int_equal(f->failure, FAILURE_TLS);
}

// It is connected, and would be waited for.
static void whoever_says_nothing_is_given_up_sooner_where_there_is_another_place(void **state)
{
	struct fixture *f = *state;
	struct link_order order = {.name = "h"};
	loop_remove(f->server.listen_watch);
	f->server.listen_watch = NULL;
	assert_null(f->link->acts->order(f->link, &order));
	f->link->acts->open(f->link, &(struct link_place){.host = "127.0.0.1",
							  .port = f->server.port,
							  .has_others = true});
	turn_until(f, &f->is_down);
	assert_int_equal(f->failure, FAILURE_TIMED_OUT);
}

static void the_end_of_the_stream_is_told(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	scripted_drop(&f->server);
	turn_until(f, &f->is_down);
	assert_int_equal(f->failure, FAILURE_ENDED);
	assert_false(f->link->acts->is_up(f->link));
}

static void a_cut_without_goodbye_is_told(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	// The descriptor is closed behind the back of TLS: no close_notify leaves.
	loop_remove(f->server.watch);
	f->server.watch = NULL;
	shutdown(f->server.fd, SHUT_RDWR);
	turn_until(f, &f->is_down);
	assert_true(f->failure == FAILURE_LOST || f->failure == FAILURE_ENDED);
}

// Bursts whose tail lies inside of TLS, with nothing behind them on the wire.
static void the_tail_of_every_burst_arrives(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	size_t sent = 0;
	for (int burst = 0; burst < 100; burst++) {
		int count = 1 + burst * 37 % 700;
		for (int i = 0; i < count; i++) {
			char line[200];
			int len = 20 + (burst * 31 + i * 17) % 150;
			snprintf(line, sizeof(line), ":bob PRIVMSG #a :%0*d", len, i);
			buf_add_str(&f->server.out, line);
			buf_add_str(&f->server.out, "\r\n");
		}
		sent += (size_t)count;
		WAIT_UNTIL(f->n_lines >= sent,
			   (scripted_flush(&f->server), loop_turn(f->loop, STEP_MS)));
		assert_int_equal(f->n_lines, sent);
	}
}

static void the_link_may_be_closed_by_a_line(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	f->closes_at_first_line = true;
	scripted_say(&f->server, "A 1\r\nB 2\r\nC 3");
	WAIT_UNTIL(f->n_lines > 0, loop_turn(f->loop, STEP_MS));
	assert_int_equal(f->n_lines, 1);
	assert_false(f->is_down);
	f->closes_at_first_line = false;
	f->is_up = false;
	come_up(f);
}

static void a_line_that_holds_a_line_end_is_not_sent(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	f->link->acts->send(f->link, SPAN("PRIVMSG #a :x\r\nQUIT"), false);
	f->link->acts->send(f->link, SPAN("PRIVMSG #a :x\nQUIT"), false);
	f->link->acts->send(f->link, SPAN("PRIVMSG #a :x\0y"), false);
	f->link->acts->send(f->link, SPAN("PING 2"), false);
	assert_true(scripted_hears(&f->server, "PING 2\n"));
	assert_string_equal(buf_str(&f->server.heard), "PING 2\n");
}

static void secrets_are_wiped_when_they_have_left(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	f->link->acts->send(f->link, SPAN("PASS tok-3n-secret"), true);
	assert_true(scripted_hears(&f->server, "PASS tok-3n-secret"));
	assert_int_equal(f->link->acts->queued(f->link), 0);
}

static void a_large_queue_leaves_in_records(void **state)
{
	struct fixture *f = *state;
	come_up(f);
	char line[400];
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 1000; i++)
		f->link->acts->send(f->link, span_from(line, sizeof(line)), false);
	f->link->acts->send(f->link, SPAN("END"), false);
	assert_true(scripted_hears(&f->server, "END\n"));
	assert_int_equal(f->server.heard.len, 1000 * 401 + 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_go_both_ways),
		TEST(a_host_name_is_looked_up_beside_the_loop),
		TEST(nothing_is_sent_when_the_key_is_wrong),
		TEST(a_refused_connection_is_told_as_such),
		TEST(a_name_that_nobody_has_is_told_as_such),
		TEST(a_peer_without_tls_is_told_as_such),
		TEST(whoever_says_nothing_is_given_up_sooner_where_there_is_another_place),
		TEST(the_end_of_the_stream_is_told),
		TEST(a_cut_without_goodbye_is_told),
		TEST(the_tail_of_every_burst_arrives),
		TEST(the_link_may_be_closed_by_a_line),
		TEST(a_line_that_holds_a_line_end_is_not_sent),
		TEST(secrets_are_wiped_when_they_have_left),
		TEST(a_large_queue_leaves_in_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
