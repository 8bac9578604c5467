// SPDX-License-Identifier: MIT
// The floor of a fan-out: the same bytes through the same TLS, and nothing around it.
//
// usage: snugfloor CONNECTIONS BYTES PER_WRITE MESSAGES [PAUSE_MS]
// A child process connects and drains; the parent writes to each connection PER_WRITE
// lines of BYTES in one record until MESSAGES lines went to each, with a pause behind each
// round. Prints the parent's CPU per delivery, as JSON.
//
// usage: snugfloor handshakes COUNT [CERT KEY]
// The child only connects, with a client certificate or none, and ends, COUNT times; prints the parent's CPU per handshake.
#include "common/clock.h"
#include "common/die.h"
#include "common/net.h"
#include "common/tls.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	if (poll(&p, 1, 10000) <= 0)
		die(1, "no progress for 10 s");
}

static void finish_handshake(struct tls *t, int fd)
{
	enum tls_result result;

	while ((result = tls_handshake(t)) != TLS_OK) {
		if (result != TLS_WANT_READ && result != TLS_WANT_WRITE)
			die(1, "handshake: %s", tls_error(t));
		wait_for(fd, result == TLS_WANT_READ ? POLLIN : POLLOUT);
	}
}

// False when the stream ended.
static bool drain_one(struct tls *t, char *space, size_t room)
{
	enum tls_result result;
	size_t got;

	while ((result = tls_read(t, space, room, &got)) == TLS_OK)
		;
	return result == TLS_WANT_READ;
}

// The child: connects `n` times, then reads until the parent closes.
static void drain(const struct net_address *to, int n)
{
	char *error = NULL, *space = xmalloc(65536);
	struct tls_context *context = tls_context_client(NULL, NULL, &error);
	struct tls **streams = xcalloc((size_t)n, sizeof(*streams));
	int many = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event ready[256];

	if (!context)
		die(1, "%s", error);
	for (int i = 0; i < n; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
		int fd = net_connect(to);

		wait_for(fd, POLLOUT);
		streams[i] = tls_new(context, fd, NULL);
		finish_handshake(streams[i], fd);
		epoll_ctl(many, EPOLL_CTL_ADD, fd, &e);
	}
	for (;;) {
		int count = epoll_wait(many, ready, 256, 10000);

		if (count <= 0)
			_exit(0);
		for (int i = 0; i < count; i++)
			if (!drain_one(streams[ready[i].data.u32], space, 65536))
				_exit(0);
	}
}

static void write_all(struct tls *t, int fd, const char *bytes, size_t len)
{
	enum tls_result result;

	while ((result = tls_write(t, bytes, len)) != TLS_OK) {
		if (result != TLS_WANT_WRITE)
			die(1, "write: %s", tls_error(t));
		wait_for(fd, POLLOUT);
	}
}

static struct tls_context *make_context(void)
{
	char folder[] = "/tmp/snugfloorXXXXXX", cert[64], key[64], *error = NULL;
	struct tls_context *context;

	if (!mkdtemp(folder))
		die(1, "cannot make a folder under /tmp");
	snprintf(cert, sizeof(cert), "%s/cert.pem", folder);
	snprintf(key, sizeof(key), "%s/key.pem", folder);
	if (!tls_make_certificate(cert, key, "localhost", 2, &error))
		die(1, "%s", error);
	context = tls_context_server(cert, key, &error);
	if (!context)
		die(1, "%s", error);
	unlink(cert);
	unlink(key);
	rmdir(folder);
	return context;
}

static int listen_here(struct net_address *address)
{
	int listener;

	if (!net_parse(address, SPAN("127.0.0.1:0")) || (listener = net_listen(address)) < 0 ||
	    !net_bound(listener, address))
		die(1, "cannot listen on 127.0.0.1");
	return listener;
}

// The child: connects, and ends.
static void shake_only(const struct net_address *to, int n, char **files)
{
	char *error = NULL;
	struct tls_context *context = tls_context_client(files[0], files[1], &error);

	for (int i = 0; context && i < n; i++) {
		int fd = net_connect(to);
		struct tls *t;

		wait_for(fd, POLLOUT);
		t = tls_new(context, fd, NULL);
		finish_handshake(t, fd);
		tls_free(t);
		close(fd);
	}
	_exit(context ? 0 : 1);
}

static int handshakes(int n, char **files)
{
	struct tls_context *context = make_context();
	struct net_address address;
	int listener = listen_here(&address);
	int child = fork();
	double before = cpu_s();

	if (child == 0)
		shake_only(&address, n, files);
	for (int i = 0; i < n; i++) {
		struct tls *t;
		int fd;

		wait_for(listener, POLLIN);
		fd = net_accept(listener, &address);
		t = tls_new(context, fd, NULL);
		finish_handshake(t, fd);
		tls_free(t);
		close(fd);
	}
	printf("{\"handshakes\": %d, \"cpu_us_per_handshake\": %.1f}\n", n,
	       (cpu_s() - before) * 1e6 / n);
	waitpid(child, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	struct net_address address;
	struct tls_context *context;
	int n, listener, child;

	if ((argc == 3 || argc == 5) && strcmp(argv[1], "handshakes") == 0)
		return handshakes((int)strtol(argv[2], NULL, 10),
				  argc == 5 ? argv + 3 : (char *[]){NULL, NULL});
	if (argc != 5 && argc != 6)
		die(2, "usage: snugfloor CONNECTIONS BYTES PER_WRITE MESSAGES [PAUSE_MS]");
	useconds_t pause = argc == 6 ? (useconds_t)strtoul(argv[5], NULL, 10) * 1000 : 0;
	n = (int)strtol(argv[1], NULL, 10);
	size_t bytes = strtoul(argv[2], NULL, 10), per_write = strtoul(argv[3], NULL, 10);
	int rounds = (int)(strtoul(argv[4], NULL, 10) / per_write);
	char *record = xmalloc(bytes * per_write);
	struct tls **streams = xcalloc((size_t)n, sizeof(*streams));
	int *fds = xcalloc((size_t)n, sizeof(*fds));

	memset(record, 'x', bytes * per_write);
	context = make_context();
	listener = listen_here(&address);
	child = fork();
	if (child == 0)
		drain(&address, n);
	for (int i = 0; i < n; i++) {
		wait_for(listener, POLLIN);
		fds[i] = net_accept(listener, &address);
		streams[i] = tls_new(context, fds[i], NULL);
		finish_handshake(streams[i], fds[i]);
	}
	double before = cpu_s();
	int64_t started = clock_mono_ms();

	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < n; i++)
			write_all(streams[i], fds[i], record, bytes * per_write);
		if (pause)
			usleep(pause);
	}
	double deliveries = (double)n * rounds * (double)per_write;

	printf("{\"connections\": %d, \"bytes\": %zu, \"per_write\": %zu, "
	       "\"cpu_us_per_delivery\": %.3f, \"deliveries_per_s\": %.0f}\n",
	       n, bytes, per_write, (cpu_s() - before) * 1e6 / deliveries,
	       deliveries * 1000 / (double)(clock_mono_ms() - started + 1));
	for (int i = 0; i < n; i++)
		close(fds[i]);
	waitpid(child, NULL, 0);
	return 0;
}
