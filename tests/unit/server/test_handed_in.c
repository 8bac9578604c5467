// SPDX-License-Identifier: MIT
#include "server/handed_in.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FIRST 3
#define PLACES 2

// What was open where descriptors are handed in, out of their way.
struct places {
	int before[PLACES];
	struct handed_in handed;
	struct buf error;
};

static int begin(void **state)
{
	static struct places p;

	p = (struct places){0};
	for (int i = 0; i < PLACES; i++) {
		p.before[i] = fcntl(FIRST + i, F_DUPFD_CLOEXEC, FIRST + PLACES);
		close(FIRST + i);
	}
	*state = &p;
	return 0;
}

static int end(void **state)
{
	struct places *p = *state;

	handed_in_clear(&p->handed);
	buf_clear(&p->error);
	for (int i = 0; i < PLACES; i++) {
		close(FIRST + i);
		if (p->before[i] < 0)
			continue;
		dup2(p->before[i], FIRST + i);
		close(p->before[i]);
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return 0;
}

// As whoever hands in does: blocking, and open for the next program.
static void put(int place, int fd)
{
	assert_true(fd >= 0);
	if (fd != FIRST + place) {
		assert_int_equal(dup2(fd, FIRST + place), FIRST + place);
		close(fd);
	}
	assert_int_equal(fcntl(FIRST + place, F_SETFD, 0), 0);
	assert_int_equal(fcntl(FIRST + place, F_SETFL, 0), 0);
}

static struct net_address address(const char *text)
{
	struct net_address a;

	assert_true(net_parse(&a, span_of(text)));
	return a;
}

static struct net_address put_listening(int place, const char *text)
{
	struct net_address a = address(text);

	put(place, net_listen(&a));
	assert_true(net_bound(FIRST + place, &a));
	return a;
}

static void tell_pid(pid_t pid, const char *count, const char *names)
{
	char number[24];

	snprintf(number, sizeof(number), "%d", pid);
	setenv("LISTEN_PID", number, 1);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_FDNAMES", names, 1);
}

static void tell(const char *count, const char *names)
{
	tell_pid(getpid(), count, names);
}

static void each_is_found_by_its_address(void **state)
{
	struct places *p = *state;
	struct net_address one = put_listening(0, "127.0.0.1:0");
	struct net_address two = put_listening(1, "[::1]:0");

	tell("2", "snugd.socket:second.socket");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(p->handed.count, 2);
	assert_string_equal(p->handed.sockets[1].name, "second.socket");
	assert_int_equal(handed_in_take(&p->handed, &two), FIRST + 1);
	assert_int_equal(handed_in_take(&p->handed, &two), -1);
	assert_false(handed_in_is_empty(&p->handed, &p->error));
	assert_int_equal(handed_in_take(&p->handed, &one), FIRST);
	buf_clear(&p->error);
	assert_true(handed_in_is_empty(&p->handed, &p->error));
}

static void it_never_waits_and_no_program_inherits_it(void **state)
{
	struct places *p = *state;
	struct net_address a = put_listening(0, "127.0.0.1:0"), peer;

	tell("1", "");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(net_accept(handed_in_take(&p->handed, &a), &peer), -1);
	assert_true(fcntl(FIRST, F_GETFD) & FD_CLOEXEC);
}

static void what_no_setting_names_is_named(void **state)
{
	struct places *p = *state;
	struct net_address a = put_listening(0, "127.0.0.1:0"), other = address("127.0.0.1:1");
	char text[NET_TEXT_MAX];

	tell("1", "");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(handed_in_take(&p->handed, &other), -1);
	assert_false(handed_in_is_empty(&p->handed, &p->error));
	net_text(&a, text);
	assert_non_null(strstr(buf_str(&p->error), text));
	assert_non_null(strstr(buf_str(&p->error), "unknown"));
}

static void what_is_for_another_process_is_left_alone(void **state)
{
	struct places *p = *state;

	(void)put_listening(0, "127.0.0.1:0");
	tell_pid(getpid() + 1, "1", "");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(p->handed.count, 0);
	tell("one", "");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(p->handed.count, 0);
	unsetenv("LISTEN_FDS");
	assert_true(handed_in_read(&p->handed, &p->error));
	assert_int_equal(p->handed.count, 0);
	assert_true(fcntl(FIRST, F_GETFD) >= 0);
}

static void refused(struct places *p, const char *why)
{
	tell("1", "snugd.socket");
	assert_false(handed_in_read(&p->handed, &p->error));
	assert_non_null(strstr(buf_str(&p->error), why));
	assert_non_null(strstr(buf_str(&p->error), "snugd.socket"));
	handed_in_clear(&p->handed);
	buf_clear(&p->error);
}

static int bound(int domain, int type)
{
	int fd = socket(domain, type | SOCK_CLOEXEC, 0);
	struct net_address a = address(domain == AF_INET ? "127.0.0.1:0" : "[::1]:0");

	assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)a.bytes, a.len), 0);
	return fd;
}

static void what_is_no_listening_stream_is_refused(void **state)
{
	struct places *p = *state;
	int ends[2];

	put(0, bound(AF_INET, SOCK_DGRAM));
	refused(p, "no TCP socket");
	put(0, bound(AF_INET, SOCK_STREAM));
	refused(p, "does not listen");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	if (ends[1] != FIRST)
		close(ends[1]);
	put(0, ends[0]);
	refused(p, "no TCP socket");
	put(0, open("/dev/null", O_RDONLY));
	refused(p, "no TCP socket");
	close(FIRST);
	refused(p, "no TCP socket");
}

static void one_that_takes_in_ipv4_too_is_refused(void **state)
{
	struct places *p = *state;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), off = 0;

	assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)), 0);
	assert_int_equal(listen(fd, 1), 0);
	put(0, fd);
	refused(p, "BindIPv6Only=ipv6-only");
}

static void more_than_are_taken_are_refused(void **state)
{
	struct places *p = *state;

	tell("17", "");
	assert_false(handed_in_read(&p->handed, &p->error));
	assert_non_null(strstr(buf_str(&p->error), "at most 16"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(each_is_found_by_its_address),
		CASE(it_never_waits_and_no_program_inherits_it),
		CASE(what_no_setting_names_is_named),
		CASE(what_is_for_another_process_is_left_alone),
		CASE(what_is_no_listening_stream_is_refused),
		CASE(one_that_takes_in_ipv4_too_is_refused),
		CASE(more_than_are_taken_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
