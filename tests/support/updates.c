// SPDX-License-Identifier: MIT
// Somebody who asks for new keys without end (TLS 1.3, KeyUpdate), as often as the server lets
// him in, over connections of several addresses.  usage: updates PORT CONNECTIONS
//
// Says "begun" once each has been in, and at the end of its standard input what came of it.
#include "common/die.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#define CONNECTIONS_MAX 64

struct flood {
	pthread_t thread;
	unsigned number, port;
	_Atomic(long) updates, connections;
};

static struct flood floods[CONNECTIONS_MAX];

static struct sockaddr_in address_of(const char *host, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die(1, "no address: %s", host);
	return a;
}

// -1: refused.
static int reach(const struct flood *f)
{
	char own[32];
	struct sockaddr_in from, to = address_of("127.0.0.1", f->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	snprintf(own, sizeof(own), "127.0.6.%u", f->number + 1);
	from = address_of(own, 0);
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0 &&
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

// Until the server ends it.
static void ask_for_keys(struct flood *f, SSL *ssl)
{
	if (SSL_connect(ssl) != 1)
		return;
	f->connections++;
	while (SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(ssl) == 1)
		f->updates++;
}

static void *run(void *arg)
{
	struct flood *f = arg;
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	for (;;) {
		int fd = reach(f);
		SSL *ssl = SSL_new(context);

		if (fd >= 0 && SSL_set_fd(ssl, fd) == 1)
			ask_for_keys(f, ssl);
		SSL_free(ssl);
		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

static bool have_begun(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!floods[i].updates)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	long updates = 0, connections = 0;

	if (!n || n > CONNECTIONS_MAX)
		die(2, "usage: updates PORT CONNECTIONS");
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < n; i++) {
		floods[i].number = (unsigned)i;
		floods[i].port = (unsigned)strtoul(argv[1], NULL, 10);
		if (pthread_create(&floods[i].thread, NULL, run, &floods[i]))
			die(1, "no more threads");
	}
	while (!have_begun(n))
		sched_yield();
	puts("begun");
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	for (size_t i = 0; i < n; i++) {
		updates += floods[i].updates;
		connections += floods[i].connections;
	}
	printf("{\"updates\": %ld, \"connections\": %ld}\n", updates, connections);
	fflush(stdout);
	_exit(0); // its threads go on to the end
}
