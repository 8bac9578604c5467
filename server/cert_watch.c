// SPDX-License-Identifier: MIT
#include "server/cert_watch.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

// Not of each write: who writes a certificate closes it, and in the state directory the
// database is written all the time, which would wake the loop for each page.
#define EVENTS (IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_ONLYDIR)
#define BYTES_READ 4096

struct watched {
	int folder; // as inotify numbers it
	char *name;
};

struct cert_watch {
	int fd;
	struct loop_fd *in;
	struct loop_timer *quiet;
	struct watched *now, *before;
	size_t n_now, space_now, n_before;
};

static bool is_ours(const struct cert_watch *w, const struct inotify_event *e)
{
	if (e->mask & (IN_Q_OVERFLOW | IN_IGNORED))
		return true;
	for (size_t i = 0; e->len && i < w->n_now; i++) {
		if (w->now[i].folder == e->wd && strcmp(w->now[i].name, e->name) == 0)
			return true;
	}
	return false;
}

static bool read_events(const struct cert_watch *w, bool *is_touched)
{
	_Alignas(struct inotify_event) char bytes[BYTES_READ];
	ssize_t got = read(w->fd, bytes, sizeof(bytes));

	for (ssize_t at = 0; at < got;) {
		const struct inotify_event *e = (const void *)(bytes + at);

		*is_touched = *is_touched || is_ours(w, e);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	return got > 0;
}

static void on_events(void *arg, UNUSED unsigned events)
{
	struct cert_watch *w = arg;
	bool is_touched = false;

	while (read_events(w, &is_touched))
		continue;
	if (is_touched)
		loop_timer_set(w->quiet, CERT_QUIET_MS);
}

struct cert_watch *cert_watch_new(struct loop *l, loop_fn *fn, void *arg)
{
	struct cert_watch *w;
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0)
		return NULL;
	w = xcalloc(1, sizeof(*w));
	w->fd = fd;
	w->quiet = loop_timer_new(l, fn, arg);
	w->in = loop_add(l, fd, LOOP_READ, on_events, w);
	return w;
}

static void forget(struct watched *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
}

void cert_watch_free(struct cert_watch *w)
{
	if (!w)
		return;
	loop_remove(w->in);
	loop_timer_free(w->quiet);
	close(w->fd);
	forget(w->now, w->n_now);
	forget(w->before, w->n_before);
	free(w);
}

void cert_watch_reset(struct cert_watch *w)
{
	if (!w)
		return;
	forget(w->before, w->n_before);
	w->before = w->now;
	w->n_before = w->n_now;
	w->now = NULL;
	w->n_now = w->space_now = 0;
}

// A folder that cannot be watched is looked at when the next hour begins.
static void watch_step(void *arg, const char *folder, const char *name, UNUSED bool is_end)
{
	struct cert_watch *w = arg;
	int number = inotify_add_watch(w->fd, folder, EVENTS);

	if (number < 0)
		return;
	w->now = grow(w->now, w->n_now, &w->space_now, sizeof(*w->now));
	w->now[w->n_now++] = (struct watched){number, xstrdup(name)};
}

void cert_watch_follow(struct cert_watch *w, const char *path)
{
	if (w)
		links_walk(path, watch_step, w);
}

static bool is_followed(const struct cert_watch *w, int folder)
{
	for (size_t i = 0; i < w->n_now; i++) {
		if (w->now[i].folder == folder)
			return true;
	}
	return false;
}

void cert_watch_settle(struct cert_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_before; i++) {
		if (!is_followed(w, w->before[i].folder))
			(void)!inotify_rm_watch(w->fd, w->before[i].folder);
	}
	forget(w->before, w->n_before);
	w->before = NULL;
	w->n_before = 0;
}
