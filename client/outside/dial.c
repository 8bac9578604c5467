// SPDX-License-Identifier: MIT
// The look-up's thread shares nothing: it owns a copy of the names and one end of a
// socket pair, on which it sends its answer in one piece. Whoever does not want it any
// more closes the other end.
#include "client/outside/dial.h"

#include "common/buf.h"
#include "common/die.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX 8
#define STAGGER_MS 250
#define UNACKED_MS 20000 // TCP_USER_TIMEOUT

struct answer {
	int error; // of getaddrinfo
	int count;
	struct net_address addresses[ADDRESSES_MAX];
};

struct lookup {
	char *host, *port;
	int fd;
};

struct dial_attempt {
	struct dial *dial;
	struct loop_fd *watch;
	int fd; // -1: over
};

struct dial {
	struct loop *loop;
	dial_fn *fn;
	void *arg;
	struct loop_timer *deadline, *stagger;
	struct loop_fd *lookup;
	int lookup_fd; // -1: none
	struct answer found;
	int next; // address to try
	struct dial_attempt attempts[ADDRESSES_MAX];
	int error; // errno of the last attempt
};

static void *look_up(void *arg)
{
	struct lookup *job = arg;
	struct answer answer = {0};

	answer.error = net_resolve(job->host, job->port, answer.addresses, ADDRESSES_MAX,
				   &answer.count);
	send(job->fd, &answer, sizeof(answer), MSG_NOSIGNAL);
	close(job->fd);
	free(job->host);
	free(job->port);
	free(job);
	return NULL;
}

static void stop_lookup(struct dial *d)
{
	loop_remove(d->lookup);
	d->lookup = NULL;
	if (d->lookup_fd >= 0)
		close(d->lookup_fd);
	d->lookup_fd = -1;
}

static void attempt_end(struct dial_attempt *a)
{
	loop_remove(a->watch);
	a->watch = NULL;
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}

void dial_stop(struct dial *d)
{
	stop_lookup(d);
	for (int i = 0; i < ADDRESSES_MAX; i++)
		attempt_end(&d->attempts[i]);
	loop_timer_stop(d->deadline);
	loop_timer_stop(d->stagger);
}

static void fail(struct dial *d, enum failure failure, const char *detail)
{
	dial_stop(d);
	d->fn(d->arg, -1, failure, span_of(detail));
}

static bool is_trying(const struct dial *d)
{
	for (int i = 0; i < ADDRESSES_MAX; i++) {
		if (d->attempts[i].fd >= 0)
			return true;
	}
	return false;
}

static void fail_errno(struct dial *d)
{
	switch (d->error) {
	case ECONNREFUSED:
		fail(d, FAILURE_REFUSED, "");
		return;
	case ETIMEDOUT:
		fail(d, FAILURE_TIMED_OUT, "");
		return;
	default:
		fail(d, FAILURE_UNREACHABLE, strerror(d->error));
	}
}

static void try_next(void *arg);

static void on_writable(void *arg, unsigned events UNUSED)
{
	struct dial_attempt *a = arg;
	struct dial *d = a->dial;
	int error = net_connected(a->fd);

	if (error) {
		d->error = error;
		attempt_end(a);
		try_next(d);
		return;
	}
	int fd = a->fd;
	loop_remove(a->watch);
	a->watch = NULL;
	a->fd = -1;
	dial_stop(d);
	d->fn(d->arg, fd, FAILURE_NONE, SPAN(""));
}

static void set_timeout(int fd)
{
	unsigned ms = UNACKED_MS;

	// A convenience: PING finds a dead server too.
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

static void try_next(void *arg)
{
	struct dial *d = arg;

	while (d->next < d->found.count) {
		struct dial_attempt *a = &d->attempts[d->next];
		a->fd = net_connect(&d->found.addresses[d->next++]);
		if (a->fd < 0) {
			d->error = errno;
			continue;
		}
		set_timeout(a->fd);
		a->watch = loop_add(d->loop, a->fd, LOOP_WRITE, on_writable, a);
		if (d->next < d->found.count)
			loop_timer_set(d->stagger, STAGGER_MS);
		return;
	}
	if (!is_trying(d))
		fail_errno(d);
}

static void on_answer(void *arg, unsigned events UNUSED)
{
	struct dial *d = arg;
	ssize_t got = recv(d->lookup_fd, &d->found, sizeof(d->found), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	stop_lookup(d);
	if (got != (ssize_t)sizeof(d->found)) {
		fail(d, FAILURE_NO_HOST, "the look-up failed");
		return;
	}
	if (d->found.error == EAI_SYSTEM || d->found.error == EAI_AGAIN) {
		fail(d, FAILURE_UNREACHABLE, "the name cannot be looked up just now");
		return;
	}
	if (d->found.error || d->found.count <= 0) {
		fail(d, FAILURE_NO_HOST, "");
		return;
	}
	try_next(d);
}

static void on_deadline(void *arg)
{
	fail(arg, FAILURE_TIMED_OUT, "");
}

struct dial *dial_new(struct loop *l, dial_fn *fn, void *arg)
{
	struct dial *d = xcalloc(1, sizeof(*d));

	*d = (struct dial){.loop = l, .fn = fn, .arg = arg, .lookup_fd = -1};
	d->deadline = loop_timer_new(l, on_deadline, d);
	d->stagger = loop_timer_new(l, try_next, d);
	for (int i = 0; i < ADDRESSES_MAX; i++)
		d->attempts[i] = (struct dial_attempt){.dial = d, .fd = -1};
	return d;
}

void dial_free(struct dial *d)
{
	if (!d)
		return;
	dial_stop(d);
	loop_timer_free(d->deadline);
	loop_timer_free(d->stagger);
	free(d);
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

static void start_lookup(struct dial *d, const char *host, const char *port)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		die(1, "cannot make a socket pair: raise the limit of open files");
	struct lookup *job = xmalloc(sizeof(*job));
	*job = (struct lookup){.host = xstrdup(host), .port = xstrdup(port), .fd = fds[1]};
	d->lookup_fd = fds[0];
	d->lookup = loop_add(d->loop, fds[0], LOOP_READ, on_answer, d);
	if (!start_thread(job))
		die(1, "cannot start a thread: raise the limit of processes");
}

// An address needs no look-up.
static bool is_address(struct dial *d, const char *host, const char *port)
{
	struct buf text = {0};
	bool is_v6 = strchr(host, ':') != NULL;

	buf_printf(&text, is_v6 ? "[%s]:%s" : "%s:%s", host, port);
	bool parsed = net_parse(&d->found.addresses[0], buf_span(&text));
	d->found.count = parsed;
	buf_clear(&text);
	return parsed;
}

void dial_start(struct dial *d, const char *host, const char *port)
{
	dial_stop(d);
	d->found = (struct answer){0};
	d->next = 0;
	d->error = EHOSTUNREACH;
	loop_timer_set(d->deadline, DIAL_MS);
	if (is_address(d, host, port))
		loop_timer_set(d->stagger, 0);
	else
		start_lookup(d, host, port);
}
