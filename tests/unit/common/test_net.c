// SPDX-License-Identifier: MIT
#include "common/net.h"

#include "tests/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct net_address address(const char *text)
{
	struct net_address a;

	assert_true(net_parse(&a, span_of(text)));
	return a;
}

static void addresses_are_written_as_they_were_read(void **state UNUSED)
{
	static const char *const texts[] = {"127.0.0.1:6697", "0.0.0.0:0", "[::1]:6697",
					    "[::]:65535", "[2001:db8::1]:1"};
	char text[NET_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct net_address a = address(texts[i]);

		net_text(&a, text);
		assert_string_equal(text, texts[i]);
	}
}

static void a_host_is_written_without_its_port(void **state UNUSED)
{
	struct net_address a = address("[2001:db8::1]:9");
	char text[NET_TEXT_MAX];

	net_host_text(&a, text);
	assert_string_equal(text, "2001:db8::1");
	a = address("10.0.0.1:9");
	net_host_text(&a, text);
	assert_string_equal(text, "10.0.0.1");
}

static void what_is_no_address_is_refused(void **state UNUSED)
{
	static const char *const wrong[] = {
		"",
		":1",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:65536",
		"::1:6697",
		"[::1]",
		"[::1]:x",
		"[127.0.0.1]:1",
		"localhost:1",
		"1.2.3:1",
		"[::1]:-1",
		"127.0.0.1:1 ",
		"127.0.0.1:00001x",
		"[]:1",
		"[::1%lo]:1",
		"127.0.0.1:006697",
		"[",
		"[]",
		"]:1",
		"[:1",
		"127.0.0.1:+1",
		"[0000:0000:0000:0000:0000:ffff:0127.0000.0000.0001:0000]:1",
		"127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1.127.0.0.1:1",
	};
	struct net_address a;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(net_parse(&a, span_of(wrong[i])));
	assert_false(net_parse(&a, SPAN("127.0.0.1\0:1")));
}

static uint64_t source(const char *text)
{
	struct net_address a = address(text);

	return net_source(&a);
}

static void a_source_is_an_address_or_the_64_of_one(void **state UNUSED)
{
	assert_true(source("10.0.0.1:1") == source("10.0.0.1:2"));
	assert_true(source("10.0.0.1:1") != source("10.0.0.2:1"));
	assert_true(source("[2001:db8::1]:1") == source("[2001:db8::ffff:1]:2"));
	assert_true(source("[2001:db8::1]:1") != source("[2001:db8:0:1::1]:1"));
	assert_true(source("[a00:1::]:1") != source("10.0.0.1:1"));
}

static uint64_t wide(const char *text)
{
	struct net_address a;

	assert_true(net_parse(&a, span_of(text)));
	return net_source_wide(&a);
}

static void a_wide_source_is_an_address_or_the_48_of_one(void **state UNUSED)
{
	assert_true(wide("10.0.0.1:1") == source("10.0.0.1:2"));
	assert_true(wide("[2001:db8:1:1::1]:1") == wide("[2001:db8:1:2::1]:2"));
	assert_true(wide("[2001:db8:1::1]:1") != wide("[2001:db8:2::1]:1"));
	assert_true(wide("[2001:db8:1::1]:1") != source("[2001:db8:1::1]:1"));
}

static void wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

static void assert_stream(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
	assert_true(on);
}

static void talk_over(const char *text)
{
	struct net_address at = address(text), bound, peer;
	int listener = net_listen(&at), client, server;
	char byte;

	if (listener < 0 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT))
		skip();
	assert_true(listener >= 0);
	assert_true(net_bound(listener, &bound));
	assert_int_equal(net_accept(listener, &peer), -1);
	assert_int_equal(errno, EAGAIN);
	client = net_connect(&bound);
	assert_true(client >= 0);
	wait_for(client, POLLOUT);
	assert_int_equal(net_connected(client), 0);
	wait_for(listener, POLLIN);
	server = net_accept(listener, &peer);
	assert_true(server >= 0);
	assert_true(net_source(&peer) == net_source(&bound));
	assert_stream(client);
	assert_stream(server);
	assert_int_equal(write(client, "x", 1), 1);
	wait_for(server, POLLIN);
	assert_int_equal(read(server, &byte, 1), 1);
	close(client);
	close(server);
	close(listener);
}

static void streams_are_made_over_ipv4(void **state UNUSED)
{
	talk_over("127.0.0.1:0");
}

static void streams_are_made_over_ipv6(void **state UNUSED)
{
	talk_over("[::1]:0");
}

static void a_refused_connection_says_so(void **state UNUSED)
{
	struct net_address at = address("127.0.0.1:0"), bound;
	int listener = net_listen(&at), client;

	assert_true(net_bound(listener, &bound));
	close(listener);
	client = net_connect(&bound);
	if (client < 0) {
		assert_int_equal(errno, ECONNREFUSED);
		return;
	}
	wait_for(client, POLLOUT);
	assert_int_equal(net_connected(client), ECONNREFUSED);
	close(client);
}

static void a_port_in_use_says_so(void **state UNUSED)
{
	struct net_address at = address("127.0.0.1:0"), bound;
	int listener = net_listen(&at);

	assert_true(net_bound(listener, &bound));
	assert_int_equal(net_listen(&bound), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(listener);
}

// Of a family that is none of both, as a socket in the file system.
static void what_is_not_of_the_network_is_local(void **state UNUSED)
{
	struct net_address a = {.len = sizeof(sa_family_t)};
	sa_family_t family = AF_UNIX;
	char text[NET_TEXT_MAX];

	memcpy(a.bytes, &family, sizeof(family));
	net_text(&a, text);
	assert_string_equal(text, "local:0");
	net_host_text(&a, text);
	assert_string_equal(text, "local");
	assert_true(net_source(&a) == net_source_wide(&a));
	assert_true(net_source(&a) != source("0.0.0.0:0"));
}

static void what_cannot_be_had_says_why(void **state UNUSED)
{
	struct net_address none = {.len = 2}, everyone = address("255.255.255.255:9"), bound;
	sa_family_t family = AF_MAX;

	memcpy(none.bytes, &family, sizeof(family));
	assert_int_equal(net_bind(&none), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	assert_int_equal(net_connect(&none), -1);
	assert_int_equal(errno, EAFNOSUPPORT);
	assert_int_equal(net_connect(&everyone), -1);
	assert_true(errno == EACCES || errno == ENETUNREACH);
	assert_false(net_bound(-1, &bound));
	assert_int_equal(net_connected(-1), EBADF);
	assert_false(net_open(-1));
}

// Who listens on all addresses of one family leaves the other's to somebody else.
static void one_family_takes_nothing_of_the_other(void **state UNUSED)
{
	struct net_address all = address("[::]:0"), bound;
	char text[NET_TEXT_MAX], other[NET_TEXT_MAX];
	int six = net_listen(&all), four;

	if (six < 0 && errno == EAFNOSUPPORT)
		skip();
	assert_true(net_bound(six, &bound));
	net_text(&bound, text);
	snprintf(other, sizeof(other), "0.0.0.0%s", strrchr(text, ':'));
	all = address(other);
	four = net_listen(&all);
	assert_true(four >= 0);
	close(four);
	close(six);
}

static void who_does_not_read_is_slow(void **state UNUSED)
{
	struct net_address at = address("127.0.0.1:0"), bound, peer;
	int listener = net_listen(&at), client, server;
	static char bytes[1 << 16];

	assert_true(net_bound(listener, &bound));
	client = net_connect(&bound);
	wait_for(listener, POLLIN);
	server = net_accept(listener, &peer);
	assert_false(net_is_slow(client, PATIENCE_MS));
	while (write(client, bytes, sizeof(bytes)) > 0)
		continue;
	assert_true(net_is_slow(client, PATIENCE_MS));
	assert_false(net_is_slow(client, -1));
	assert_false(net_is_slow(-1, PATIENCE_MS));
	close(client);
	close(server);
	close(listener);
}

static void no_more_are_found_than_are_wanted(void **state UNUSED)
{
	struct net_address found[2];
	int count;

	assert_int_equal(net_resolve("127.0.0.1", "1", found, 0, &count), 0);
	assert_int_equal(count, 0);
}

static void numbers_resolve_to_themselves(void **state UNUSED)
{
	struct net_address found[4];
	char text[NET_TEXT_MAX];
	int count;

	assert_int_equal(net_resolve("127.0.0.1", "6697", found, 4, &count), 0);
	assert_int_equal(count, 1);
	net_text(&found[0], text);
	assert_string_equal(text, "127.0.0.1:6697");
	assert_int_not_equal(net_resolve("no host", "1", found, 4, &count), 0);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_written_as_they_were_read),
		cmocka_unit_test(a_host_is_written_without_its_port),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(a_source_is_an_address_or_the_64_of_one),
		cmocka_unit_test(a_wide_source_is_an_address_or_the_48_of_one),
		cmocka_unit_test(streams_are_made_over_ipv4),
		cmocka_unit_test(streams_are_made_over_ipv6),
		cmocka_unit_test(a_refused_connection_says_so),
		cmocka_unit_test(a_port_in_use_says_so),
		cmocka_unit_test(what_is_not_of_the_network_is_local),
		cmocka_unit_test(what_cannot_be_had_says_why),
		cmocka_unit_test(one_family_takes_nothing_of_the_other),
		cmocka_unit_test(who_does_not_read_is_slow),
		cmocka_unit_test(no_more_are_found_than_are_wanted),
		cmocka_unit_test(numbers_resolve_to_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
