// SPDX-License-Identifier: MIT
#include "server/io/listener.h"

#include "common/die.h"
#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCEPTS_PER_TURN 64 // inside: others are waiting
#define EXHAUSTED_REST_MS 100

struct watched {
	struct listener *listener;
	struct loop_fd *watch;
	struct listening socket;
};

struct listener {
	struct loop *loop;
	accept_fn *fn;
	void *arg;
	struct loop_timer *rest;
	bool resting;
	int spare; // a descriptor to spend when there are no others
	size_t n_watched;
	struct watched watched[];
};

// A second one for what it has anyway: no file can be opened here.
static int open_spare(const struct listener *l)
{
	return l->n_watched ? fcntl(l->watched[0].socket.fd, F_DUPFD_CLOEXEC, 0) : -1;
}

static void turn_away(struct listener *l, int fd)
{
	struct net_address peer;
	int taken;

	log_event(LOG_ERROR, "out of descriptors", "mend", "raise LimitNOFILE (ulimit -n)",
		  NULL);
	if (l->spare >= 0)
		close(l->spare);
	taken = net_accept(fd, &peer);
	if (taken >= 0)
		close(taken);
	l->spare = open_spare(l);
	listener_rest(l, EXHAUSTED_REST_MS);
}

static void on_waiting(void *arg, UNUSED unsigned events)
{
	struct watched *w = arg;
	struct listener *l = w->listener;

	for (int i = 0; i < ACCEPTS_PER_TURN && !l->resting; i++) {
		struct net_address peer;
		int fd = net_accept(w->socket.fd, &peer);

		if (fd >= 0) {
			l->fn(l->arg, fd, &peer, w->socket.transport);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE) {
			turn_away(l, w->socket.fd);
		} else if (errno == ENOBUFS || errno == ENOMEM) {
			listener_rest(l, EXHAUSTED_REST_MS);
		} else if (errno == EPROTO) {
			continue; // it gave up while it waited: the next one may not have
		}
		return;
	}
}

static void on_rested(void *arg)
{
	struct listener *l = arg;

	l->resting = false;
	for (size_t i = 0; i < l->n_watched; i++)
		loop_change(l->watched[i].watch, LOOP_READ);
}

struct listener *listener_new(struct loop *loop, const struct listening *sockets,
			      size_t n_sockets, accept_fn *fn, void *arg)
{
	struct listener *l = xcalloc(1, sizeof(*l) + n_sockets * sizeof(l->watched[0]));

	l->loop = loop;
	l->fn = fn;
	l->arg = arg;
	l->rest = loop_timer_new(loop, on_rested, l);
	l->n_watched = n_sockets;
	for (size_t i = 0; i < n_sockets; i++) {
		struct watched *w = &l->watched[i];

		w->listener = l;
		w->socket = sockets[i];
		w->watch = loop_add(loop, sockets[i].fd, LOOP_READ, on_waiting, w);
	}
	l->spare = open_spare(l);
	return l;
}

void listener_free(struct listener *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_watched; i++)
		loop_remove(l->watched[i].watch);
	loop_timer_free(l->rest);
	if (l->spare >= 0)
		close(l->spare);
	free(l);
}

void listener_rest(struct listener *l, int64_t ms)
{
	l->resting = true;
	loop_timer_set(l->rest, ms);
	for (size_t i = 0; i < l->n_watched; i++)
		loop_change(l->watched[i].watch, 0);
}
