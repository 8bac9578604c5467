// SPDX-License-Identifier: MIT
// Sources of which much comes to nothing: what counts, how long, and who waits for it.
#include "server/io/failures.h"
#include "tests/unit/io/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#define BAD "127.0.0.66"  // whose connections come to nothing
#define GOOD "127.0.0.77" // from elsewhere
#define MOST FAILURES_PER_SOURCE

static void note(struct failures *f, uint64_t source, uint64_t wide, int64_t at, int times)
{
	for (int i = 0; i < times; i++)
		failures_note(f, source, wide, at);
}

static void failures_of_one_source_are_many_until_they_are_old(void **state UNUSED)
{
	struct failures f = {0};

	note(&f, 1, 1, 100, 1);
	note(&f, 1, 1, 200, MOST - 2);
	assert_false(failures_are_many(&f, 1, 1, 200));
	note(&f, 1, 1, 300, 1);
	assert_true(failures_are_many(&f, 1, 1, 300));
	assert_false(failures_are_many(&f, 2, 2, 300));
	assert_true(failures_are_many(&f, 1, 1, 99 + FAILURES_MS));
	assert_false(failures_are_many(&f, 1, 1, 100 + FAILURES_MS));
	failures_clear(&f);
}

static void a_wide_source_fails_by_all_of_its_parts(void **state UNUSED)
{
	struct failures f = {0};

	for (uint64_t i = 0; i < WIDE_TIMES; i++)
		note(&f, 100 + i, 9, 0, MOST - 1);
	assert_false(failures_are_many(&f, 999, 9, 0));
	for (uint64_t i = 0; i < WIDE_TIMES; i++)
		note(&f, 200 + i, 9, 0, 1);
	assert_true(failures_are_many(&f, 999, 9, 0));
	assert_false(failures_are_many(&f, 100, 8, 0));
	failures_clear(&f);
}

// What is kept is bounded, and what went is not counted any more.
static void of_thousands_of_failures_the_oldest_go(void **state UNUSED)
{
	struct failures f = {0};

	note(&f, 1, 2, 0, MOST);
	for (uint64_t source = 10; source < 100000; source++)
		failures_note(&f, source, source, 1);
	assert_false(failures_are_many(&f, 1, 2, 1));
	assert_in_range(f.of_source.n_items, MOST, 10000);
	assert_false(failures_are_many(&f, 1, 2, 1 + FAILURES_MS));
	assert_int_equal(f.of_source.n_items, 0);
	failures_clear(&f);
}

// Nobody leaves the porch before `porch_ms`; 0: as in a real server.
static struct world *world_of(int64_t porch_ms, int64_t per_source)
{
	struct world *w = world_made(&tls_lines, NULL, per_source);

	w->config.porch_ms = porch_ms;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	return w;
}

static int connect_from(struct world *w, const char *host)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t before = w->counts.accepted;

	assert_int_equal(inet_pton(AF_INET, host, &from.sin_addr), 1);
	assert_int_equal(bind(fd, (void *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (void *)w->address.bytes, w->address.len), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	WAIT_UNTIL(w->counts.accepted > before, turn(w));
	return fd;
}

// One that is no TLS, from its beginning to its end.
static void come_to_nothing(struct world *w, const char *host)
{
	int fd = connect_from(w, host);
	uint64_t before = w->counts.refused[IO_REFUSED_ASTRAY];

	assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), 1);
	WAIT_UNTIL(w->counts.refused[IO_REFUSED_ASTRAY] > before, turn(w));
	close(fd);
}

static void fail_often(struct world *w)
{
	for (int i = 0; i < MOST; i++)
		come_to_nothing(w, BAD);
}

static struct peer shake(struct world *w, int fd)
{
	struct peer p = {.fd = fd, .tls = tls_new(w->client_tls, fd, "localhost")};
	size_t before = count(w, INBOX_OPENED);

	WAIT_UNTIL(tls_handshake(p.tls) == TLS_OK, turn(w));
	WAIT_UNTIL(count(w, INBOX_OPENED) > before, turn(w));
	return p;
}

// Whether the server has answered; it has had turns to, since another came in meanwhile.
static bool has_begun(struct world *w, int fd)
{
	struct peer other = shake(w, connect_from(w, GOOD));
	char byte;

	peer_free(&other);
	return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0 || errno != EAGAIN;
}

// Proves T18.
static void who_failed_often_waits_and_who_is_from_elsewhere_does_not(void **state UNUSED)
{
	struct world *w = world_of(LONG_MS, 1000);
	int before, fd;

	for (int i = 0; i < MOST - 1; i++)
		come_to_nothing(w, BAD);
	before = connect_from(w, BAD);
	come_to_nothing(w, BAD);
	fd = connect_from(w, BAD);
	assert_int_equal(send(before, "x", 1, MSG_NOSIGNAL), 1);
	assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), 1);
	assert_true(has_begun(w, before));
	assert_false(has_begun(w, fd));
	close(before);
	close(fd);
	world_free(w);
}

// Proves T18.
static void who_waits_gets_in_one_after_the_other(void **state UNUSED)
{
	struct world *w = world_of(0, 1000);
	struct peer last;
	int fds[8];

	fail_often(w);
	for (int i = 0; i < 8; i++) {
		fds[i] = connect_from(w, BAD);
		assert_int_equal(send(fds[i], "x", 1, MSG_NOSIGNAL), 1);
	}
	last.fd = connect_from(w, BAD);
	while (w->counts.refused[IO_REFUSED_ASTRAY] < MOST + 8) {
		uint64_t before = w->counts.refused[IO_REFUSED_ASTRAY];

		WAIT_UNTIL(w->counts.refused[IO_REFUSED_ASTRAY] > before, turn(w));
		assert_int_equal(w->counts.refused[IO_REFUSED_ASTRAY], before + 1);
	}
	last = shake(w, last.fd);
	for (int i = 0; i < 8; i++)
		close(fds[i]);
	peer_free(&last);
	world_free(w);
}

// They are ended as any other: what they have of a shard is given back with it.
static void who_waits_may_go_and_the_server_may_stop(void **state UNUSED)
{
	struct world *w = world_of(LONG_MS, 1000);
	int fd, other;

	fail_often(w);
	fd = connect_from(w, BAD);
	other = connect_from(w, BAD);
	assert_int_equal(send(other, "x", 1, MSG_NOSIGNAL), 1);
	close(fd);
	assert_false(has_begun(w, other));
	close(other);
	world_free(w);
}

static void without_a_limit_of_connections_nobody_waits(void **state UNUSED)
{
	struct world *w = world_of(LONG_MS, 0);
	struct peer p;

	fail_often(w);
	p = shake(w, connect_from(w, BAD));
	peer_free(&p);
	world_free(w);
}

static void who_logged_in_has_not_failed_nor_who_waits_for_us(void **state UNUSED)
{
	struct world *w = world_of(LONG_MS, 1000);
	struct peer p;

	for (int i = 0; i < 2 * MOST; i++) {
		size_t before = count(w, INBOX_CLOSED);

		p = shake(w, connect_from(w, BAD));
		send_item(w, i % 2 ? OUTBOX_LOGGED_IN : OUTBOX_HOLD, last_conn(w), 1);
		turn(w);
		peer_free(&p);
		WAIT_UNTIL(count(w, INBOX_CLOSED) > before, turn(w));
	}
	p = shake(w, connect_from(w, BAD));
	peer_free(&p);
	world_free(w);
}

// Proves T18.
static void who_ends_within_the_login_has_failed(void **state UNUSED)
{
	struct world *w = world_of(LONG_MS, 1000);
	int fd;

	for (int i = 0; i < MOST; i++) {
		struct peer p = shake(w, connect_from(w, BAD));
		size_t before = count(w, INBOX_CLOSED);

		if (i % 2) // we end it, or it does
			send_parting(w, last_conn(w), 0, PARTING_REFUSED, "no");
		peer_free(&p);
		WAIT_UNTIL(count(w, INBOX_CLOSED) > before, turn(w));
	}
	fd = connect_from(w, BAD);
	assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), 1);
	assert_false(has_begun(w, fd));
	close(fd);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_of_one_source_are_many_until_they_are_old),
		cmocka_unit_test(a_wide_source_fails_by_all_of_its_parts),
		cmocka_unit_test(of_thousands_of_failures_the_oldest_go),
		cmocka_unit_test(who_failed_often_waits_and_who_is_from_elsewhere_does_not),
		cmocka_unit_test(who_waits_gets_in_one_after_the_other),
		cmocka_unit_test(who_waits_may_go_and_the_server_may_stop),
		cmocka_unit_test(without_a_limit_of_connections_nobody_waits),
		cmocka_unit_test(who_logged_in_has_not_failed_nor_who_waits_for_us),
		cmocka_unit_test(who_ends_within_the_login_has_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
