// SPDX-License-Identifier: MIT
#include "client/outside/dial.h"

#include "client/outside/lookup.h"
#include "common/buf.h"
#include "common/die.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX (LOOKUP_HOSTS * LOOKUP_ADDRESSES)
#define STAGGER_MS 250
#define UNACKED_MS 20000 // TCP_USER_TIMEOUT

struct dial_attempt {
	struct dial *dial;
	struct loop_fd *watch;
	int fd;       // -1: is not trying
	bool is_over; // was tried in vain
};

struct dial {
	struct loop *loop;
	dial_fn *fn;
	void *arg;
	struct loop_timer *deadline, *stagger;
	struct loop_fd *lookup;
	int lookup_fd; // -1: none
	bool has_others, is_denied;
	int64_t hurry_ms;
	int found; // addresses
	struct net_address addresses[ADDRESSES_MAX];
	struct dial_attempt attempts[ADDRESSES_MAX];
	int error;        // errno of the last attempt
	int lookup_error; // of getaddrinfo
};

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

// No address was found.
static void fail_lookup(struct dial *d)
{
	if (d->lookup_error == EAI_SYSTEM || d->lookup_error == EAI_AGAIN)
		fail(d, FAILURE_UNREACHABLE, "the name cannot be looked up just now");
	else
		fail(d, FAILURE_NO_HOST,
		     d->is_denied ? "its SRV record says that nobody serves chat there" : "");
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
		a->is_over = true;
		attempt_end(a);
		try_next(d);
		return;
	}
	int fd = a->fd;
	loop_remove(a->watch);
	a->watch = NULL;
	a->fd = -1;
	a->is_over = true;
	dial_stop(d);
	d->fn(d->arg, fd, FAILURE_NONE, SPAN(""));
}

static void set_timeout(int fd)
{
	unsigned ms = UNACKED_MS;

	// A convenience: PING finds a dead server too.
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

static bool start_attempt(struct dial *d, int which)
{
	struct dial_attempt *a = &d->attempts[which];

	a->fd = net_connect(&d->addresses[which]);
	if (a->fd < 0) {
		d->error = errno;
		a->is_over = true;
		return false;
	}
	set_timeout(a->fd);
	a->watch = loop_add(d->loop, a->fd, LOOP_WRITE, on_writable, a);
	return true;
}

// -1: none.
static int untried(const struct dial *d)
{
	for (int i = 0; i < d->found; i++) {
		if (!d->attempts[i].is_over && d->attempts[i].fd < 0)
			return i;
	}
	return -1;
}

static void try_next(void *arg)
{
	struct dial *d = arg;

	for (int which; (which = untried(d)) >= 0;) {
		if (!start_attempt(d, which))
			continue;
		if (untried(d) >= 0)
			loop_timer_set(d->stagger, STAGGER_MS);
		return;
	}
	if (is_trying(d) || d->lookup)
		return;
	if (d->found)
		fail_errno(d);
	else
		fail_lookup(d);
}

bool dial_has_others(const struct dial *d)
{
	return d->has_others || d->found > 1;
}

static void hurry(struct dial *d)
{
	if (d->hurry_ms)
		loop_timer_set(d->deadline, d->hurry_ms);
}

bool dial_go_on(struct dial *d)
{
	if (untried(d) < 0)
		return false;
	loop_timer_set(d->deadline, DIAL_MS);
	hurry(d);
	loop_timer_set(d->stagger, 0);
	return true;
}

static void take_piece(struct dial *d, const struct lookup_piece *piece)
{
	bool had_none = !d->found;

	if (piece->is_last)
		stop_lookup(d);
	if (piece->error)
		d->lookup_error = piece->error;
	d->is_denied = piece->is_denied;
	for (int i = 0; i < piece->count && d->found < ADDRESSES_MAX; i++)
		d->addresses[d->found++] = piece->addresses[i];
	if (d->found && had_none && (dial_has_others(d) || !piece->is_last))
		hurry(d);
	if (is_trying(d))
		loop_timer_set(d->stagger, STAGGER_MS);
	else
		try_next(d);
}

static void on_answer(void *arg, unsigned events UNUSED)
{
	struct dial *d = arg;
	struct lookup_piece piece;
	int got = lookup_read(d->lookup_fd, &piece);

	if (got > 0)
		take_piece(d, &piece);
	if (got >= 0)
		return;
	stop_lookup(d);
	if (!d->found)
		fail(d, FAILURE_NO_HOST, "the look-up failed");
	else if (!is_trying(d))
		fail_errno(d);
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

// An address needs no look-up.
static bool is_address(struct dial *d, const char *host, const char *port)
{
	struct buf text = {0};
	bool is_v6 = strchr(host, ':') != NULL;

	buf_printf(&text, is_v6 ? "[%s]:%s" : "%s:%s", host, port);
	bool parsed = net_parse(&d->addresses[0], buf_span(&text));
	d->found = parsed;
	buf_clear(&text);
	return parsed;
}

void dial_start(struct dial *d, const struct dial_order *order)
{
	dial_stop(d);
	for (int i = 0; i < ADDRESSES_MAX; i++)
		d->attempts[i].is_over = false;
	d->found = d->lookup_error = 0;
	d->is_denied = false;
	d->has_others = order->has_others;
	d->hurry_ms = order->hurry_ms;
	d->error = EHOSTUNREACH;
	loop_timer_set(d->deadline, DIAL_MS);
	if (is_address(d, order->host, order->port)) {
		if (order->has_others)
			hurry(d);
		loop_timer_set(d->stagger, 0);
		return;
	}
	d->lookup_fd = lookup_start(order->host, order->port, order->asks_srv);
	d->lookup = loop_add(d->loop, d->lookup_fd, LOOP_READ, on_answer, d);
}
