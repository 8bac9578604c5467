// SPDX-License-Identifier: MIT
// A server's and a client's stream over a socketpair, in one thread, turned by hand.
#pragma once

#include "common/buf.h"
#include "common/die.h"
#include "common/tls.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_contexts, free_contexts)

struct pair {
	char folder[32];
	char cert[64], key[64], device_cert[64], device_key[64];
	struct tls_context *server_context, *client_context;
	int server_fd, client_fd;
	struct tls *server, *client;
	bool is_web; // raw_client() meets a stream for browsers
};

static inline void connect_streams(struct pair *p, const char *host)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	p->server_fd = fds[0];
	p->client_fd = fds[1];
	p->server = tls_new(p->server_context, p->server_fd, NULL);
	p->client = tls_new(p->client_context, p->client_fd, host);
}

static inline void shake_hands(struct pair *p)
{
	enum tls_result s = TLS_WANT_READ, c = TLS_WANT_READ;

	for (int i = 0; i < 20 && (s != TLS_OK || c != TLS_OK); i++) {
		c = tls_handshake(p->client);
		s = tls_handshake(p->server);
		assert_true(c == TLS_OK || c == TLS_WANT_READ);
		assert_true(s == TLS_OK || s == TLS_WANT_READ);
	}
	assert_int_equal(s, TLS_OK);
	assert_int_equal(c, TLS_OK);
}

static inline void disconnect(struct pair *p)
{
	tls_free(p->server);
	tls_free(p->client);
	if (p->server_fd >= 0)
		close(p->server_fd);
	if (p->client_fd >= 0)
		close(p->client_fd);
	p->server = p->client = NULL;
	p->server_fd = p->client_fd = -1;
}

static inline int make_contexts(void **state)
{
	struct pair *p = xcalloc(1, sizeof(*p));
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	char *error;

	sigaction(SIGPIPE, &ignore, NULL); // as both programs do
	p->server_fd = p->client_fd = -1;
	snprintf(p->folder, sizeof(p->folder), "/tmp/snug-tls-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->cert, sizeof(p->cert), "%s/cert.pem", p->folder);
	snprintf(p->key, sizeof(p->key), "%s/key.pem", p->folder);
	snprintf(p->device_cert, sizeof(p->device_cert), "%s/device.pem", p->folder);
	snprintf(p->device_key, sizeof(p->device_key), "%s/device-key.pem", p->folder);
	assert_true(tls_make_certificate(p->cert, p->key, "chat.example.org", 10, &error));
	assert_true(tls_make_certificate(p->device_cert, p->device_key, "alice laptop", 10,
					 &error));
	p->server_context = tls_context_server(p->cert, p->key, &error);
	p->client_context = tls_context_client(p->device_cert, p->device_key, &error);
	assert_non_null(p->server_context);
	assert_non_null(p->client_context);
	*state = p;
	return 0;
}

static inline int free_contexts(void **state)
{
	struct pair *p = *state;

	disconnect(p);
	tls_context_free(p->server_context);
	tls_context_free(p->client_context);
	unlink(p->cert);
	unlink(p->key);
	unlink(p->device_cert);
	unlink(p->device_key);
	rmdir(p->folder);
	free(p);
	return 0;
}

// Plain bytes until the descriptor takes no more; gives how many.
static inline size_t fill_up(int fd)
{
	char bytes[4096] = {0};
	size_t total = 0;
	ssize_t put;

	for (size_t size = sizeof(bytes); size; size = put < 0 ? size / 2 : size) {
		put = write(fd, bytes, size);
		total += put > 0 ? (size_t)put : 0;
	}
	return total;
}

static inline void drain(int fd, size_t total)
{
	char bytes[4096];

	while (total) {
		ssize_t got = read(fd, bytes, total < sizeof(bytes) ? total : sizeof(bytes));

		assert_true(got > 0);
		total -= (size_t)got;
	}
}
