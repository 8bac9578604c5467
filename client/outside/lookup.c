// SPDX-License-Identifier: MIT
#include "client/outside/lookup.h"

#include "client/outside/srv.h"
#include "common/die.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct lookup {
	char *host, *port;
	bool asks_srv;
	int fd;
};

// False when nobody wants more.
static bool tell(const struct lookup *job, const struct lookup_piece *piece)
{
	return send(job->fd, piece, sizeof(*piece), MSG_NOSIGNAL) == (ssize_t)sizeof(*piece);
}

static bool tell_host(const struct lookup *job, const char *host, const char *port,
		      bool is_last)
{
	struct lookup_piece piece = {.is_last = is_last};

	piece.error = net_resolve(host, port, piece.addresses, LOOKUP_ADDRESSES, &piece.count);
	return tell(job, &piece);
}

static void tell_targets(const struct lookup *job, const struct srv_targets *targets)
{
	size_t count = targets->count < LOOKUP_HOSTS ? targets->count : LOOKUP_HOSTS;
	const struct lookup_piece denied = {.is_last = true, .is_denied = true};
	bool is_wanted = true;
	char port[8];

	if (!count)
		(void)tell(job, &denied);
	for (size_t i = 0; i < count && is_wanted; i++) {
		snprintf(port, sizeof(port), "%u", targets->at[i].port);
		is_wanted = tell_host(job, targets->at[i].host, port, i + 1 == count);
	}
}

static void *look_up(void *arg)
{
	struct lookup *job = arg;
	struct srv_targets targets;

	if (job->asks_srv && srv_ask(job->host, &targets))
		tell_targets(job, &targets);
	else
		(void)tell_host(job, job->host, job->port, true);
	close(job->fd);
	free(job->host);
	free(job->port);
	free(job);
	return NULL;
}

// The thread takes no signals: they are the loop's.
static bool start_thread(struct lookup *job)
{
	pthread_t thread;
	pthread_attr_t detached;
	sigset_t all, old;

	sigfillset(&all);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int error = pthread_create(&thread, &detached, look_up, job);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	return error == 0;
}

int lookup_start(const char *host, const char *port, bool asks_srv)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		die(1, "cannot make a socket pair: raise the limit of open files");
	struct lookup *job = xmalloc(sizeof(*job));
	*job = (struct lookup){.host = xstrdup(host),
			       .port = xstrdup(port),
			       .asks_srv = asks_srv && srv_may_have(host),
			       .fd = fds[1]};
	if (!start_thread(job))
		die(1, "cannot start a thread: raise the limit of processes");
	return fds[0];
}

int lookup_read(int fd, struct lookup_piece *piece)
{
	ssize_t got = recv(fd, piece, sizeof(*piece), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return got == (ssize_t)sizeof(*piece) ? 1 : -1;
}
