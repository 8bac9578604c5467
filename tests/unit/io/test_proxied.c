// SPDX-License-Identifier: MIT
// Connections of a proxy: whom they are of is told by a header, byte by byte or at once, and is
// what limits go by; who is no proxy is not believed.
#include "tests/unit/io/world.h"

#include <errno.h>
#include <sys/socket.h>

#define HEAD "\r\n\r\n\0\r\nQUIT\n"
#define FOR_BOB HEAD "\x21\x11\0\x0c\xc0\0\2\7\x7f\0\0\1\xc3\x50\x1a\x29" // 192.0.2.7
#define FOR_EVE HEAD "\x21\x11\0\x0c\xc0\0\2\x8\x7f\0\0\1\xc3\x50\x1a\x29"
#define ITSELF HEAD "\x20\0\0\0"
#define BYTES(text) text, sizeof(text) - 1

static const struct cidr loopback = {{[10] = 0xff, [11] = 0xff, 127}, 104};
static const struct cidr elsewhere = {{[10] = 0xff, [11] = 0xff, 10}, 104};

static struct world *proxied(const struct cidr *proxies, int64_t per_source)
{
	struct world *w = world_new(NULL, per_source);

	shard_free(w->shard);
	w->config.tls = world_tls(w, "second");
	w->config.names = NULL; // both were the shard's own
	w->config.proxies = proxies;
	w->config.n_proxies = 1;
	w->config.porch_ms = LONG_MS;
	w->shard = shard_new(&w->config, w->loop, w->hub);
	return w;
}

static bool has_ended(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

static void say(int fd, const char *bytes, size_t len)
{
	assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

static uint64_t refused(const struct world *w, enum io_refusal why)
{
	return w->counts.refused[why];
}

// A handshake behind what was said.
static struct peer shake(struct world *w, int fd)
{
	struct peer p = {.fd = fd, .tls = tls_new(w->client_tls, fd, "localhost")};
	size_t before = count(w, INBOX_OPENED);

	WAIT_UNTIL(tls_handshake(p.tls) == TLS_OK, turn(w));
	WAIT_UNTIL(count(w, INBOX_OPENED) > before, turn(w));
	return p;
}

static const char *last_host(const struct world *w)
{
	for (size_t i = w->n_heard; i-- > 0;) {
		if (w->heard[i].kind == INBOX_OPENED)
			return w->heard[i].text;
	}
	return "";
}

static void whom_it_is_of_is_what_the_header_says(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 0);
	int fd = raw_connect(w);
	struct peer p;

	say(fd, BYTES(FOR_BOB));
	p = shake(w, fd);
	assert_string_equal(last_host(w), "192.0.2.7");
	peer_say(w, &p, "PING :still here\r\n");
	assert_string_equal(last_heard(w)->text, "PING still here");
	peer_free(&p);
	world_free(w);
}

static void it_may_come_byte_by_byte(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 0);
	int fd = raw_connect(w);
	struct peer p;

	for (size_t i = 0; i < sizeof(FOR_BOB) - 1; i++) {
		say(fd, &FOR_BOB[i], 1);
		turns(w, 2);
	}
	p = shake(w, fd);
	assert_string_equal(last_host(w), "192.0.2.7");
	peer_free(&p);
	world_free(w);
}

static void a_proxy_that_speaks_for_itself_has_its_own_address(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 0);
	int fd = raw_connect(w);
	struct peer p;

	say(fd, BYTES(ITSELF));
	p = shake(w, fd);
	assert_string_equal(last_host(w), "127.0.0.1");
	peer_free(&p);
	world_free(w);
}

// Proves P8.
static void a_proxy_that_sends_none_is_refused(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 0);
	int fd = raw_connect(w);

	say(fd, BYTES("\x16\x03\x01"));
	WAIT_UNTIL(has_ended(fd), turn(w));
	assert_int_equal(refused(w, IO_REFUSED_PROXY), 1);
	assert_int_equal(w->n_heard, 0);
	close(fd);
	world_free(w);
}

static void a_proxy_that_only_looks_is_no_refusal(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 0);
	int silent = raw_connect(w), itself = raw_connect(w);

	say(itself, BYTES(ITSELF));
	close(silent);
	shutdown(itself, SHUT_WR);
	WAIT_UNTIL(has_ended(itself), turn(w));
	WAIT_UNTIL(w->counts.connected == 0, turn(w));
	for (enum io_refusal why = 0; why < IO_REFUSED_KINDS; why++)
		assert_int_equal(refused(w, why), 0);
	close(itself);
	world_free(w);
}

// Proves P8.
static void whoever_else_sends_one_is_not_believed(void **state UNUSED)
{
	struct world *w = proxied(&elsewhere, 0);
	int fd = raw_connect(w);

	say(fd, BYTES(FOR_BOB));
	WAIT_UNTIL(has_ended(fd), turn(w));
	assert_int_equal(refused(w, IO_REFUSED_ASTRAY), 1);
	assert_int_equal(w->n_heard, 0);
	close(fd);
	world_free(w);
}

// Two of one source are enough here, and the proxy's own address has no bound.
static void limits_go_by_whom_it_is_of(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 2);
	struct peer peers[4];
	int fd;

	for (int i = 0; i < 4; i++) {
		fd = raw_connect(w);
		if (i < 2)
			say(fd, BYTES(FOR_BOB));
		else
			say(fd, BYTES(FOR_EVE));
		peers[i] = shake(w, fd);
	}
	fd = raw_connect(w);
	say(fd, BYTES(FOR_BOB));
	WAIT_UNTIL(has_ended(fd), turn(w));
	assert_int_equal(refused(w, IO_REFUSED_SOURCE), 1);
	close(fd);
	// A place is free again once one of them is gone.
	peer_free(&peers[0]);
	WAIT_UNTIL(count(w, INBOX_CLOSED) == 1, turn(w));
	fd = raw_connect(w);
	say(fd, BYTES(FOR_BOB));
	peers[0] = shake(w, fd);
	for (int i = 0; i < 4; i++)
		peer_free(&peers[i]);
	world_free(w);
}

// All of a proxy come from one address: who fails is whom its header names.
// Proves T18.
static void who_failed_often_behind_a_proxy_waits_alone(void **state UNUSED)
{
	struct world *w = proxied(&loopback, 1000);
	struct peer bob;
	char byte;
	int eve = -1, fd;

	for (uint64_t i = 0; i <= FAILURES_PER_SOURCE; i++) {
		close(eve);
		eve = raw_connect(w);
		say(eve, BYTES(FOR_EVE "x"));
		WAIT_UNTIL(refused(w, IO_REFUSED_ASTRAY) > i || i == FAILURES_PER_SOURCE,
			   turn(w));
	}
	fd = raw_connect(w);
	say(fd, BYTES(FOR_BOB));
	bob = shake(w, fd);
	assert_true(recv(eve, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN);
	assert_int_equal(refused(w, IO_REFUSED_ASTRAY), FAILURES_PER_SOURCE);
	peer_free(&bob);
	close(eve);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whom_it_is_of_is_what_the_header_says),
		cmocka_unit_test(it_may_come_byte_by_byte),
		cmocka_unit_test(a_proxy_that_speaks_for_itself_has_its_own_address),
		cmocka_unit_test(a_proxy_that_sends_none_is_refused),
		cmocka_unit_test(a_proxy_that_only_looks_is_no_refusal),
		cmocka_unit_test(whoever_else_sends_one_is_not_believed),
		cmocka_unit_test(limits_go_by_whom_it_is_of),
		cmocka_unit_test(who_failed_often_behind_a_proxy_waits_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
