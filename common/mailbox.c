// SPDX-License-Identifier: MIT
// 1. The eventfd is readable exactly while the box holds letters and nobody sleeps in
//    mailbox_wait: it is written and read under the lock, at most once a batch.
// 2. Letters are linked oldest first; `last` points at the link to fill.
#include "common/mailbox.h"

#include "common/clock.h"
#include "common/die.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct mailbox {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	struct letter *first;
	struct letter **last;
	int fd;
	bool has_rung;
	bool sleeps;
};

struct mailbox *mailbox_new(void)
{
	struct mailbox *m = xcalloc(1, sizeof(*m));
	pthread_condattr_t attr;

	m->last = &m->first;
	m->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->fd < 0)
		die(1, "cannot make an eventfd: raise the limit of open files");
	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->arrived, &attr);
	pthread_condattr_destroy(&attr);
	return m;
}

void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	pthread_cond_destroy(&m->arrived);
	pthread_mutex_destroy(&m->lock);
	close(m->fd);
	free(m);
}

static void ring(struct mailbox *m)
{
	const uint64_t one = 1;

	if (m->sleeps) {
		pthread_cond_signal(&m->arrived);
		return;
	}
	// Cannot block or fall short: the count is 0 now and stays far from its limit.
	m->has_rung = write(m->fd, &one, sizeof(one)) == sizeof(one);
	assert(m->has_rung);
}

void mailbox_put(struct mailbox *m, struct letter *letter)
{
	letter->next = NULL;
	pthread_mutex_lock(&m->lock);
	*m->last = letter;
	m->last = &letter->next;
	if (m->first == letter)
		ring(m);
	pthread_mutex_unlock(&m->lock);
}

static struct letter *take_locked(struct mailbox *m)
{
	struct letter *all = m->first;
	uint64_t count;

	m->first = NULL;
	m->last = &m->first;
	if (m->has_rung)
		m->has_rung = read(m->fd, &count, sizeof(count)) != sizeof(count);
	return all;
}

struct letter *mailbox_take(struct mailbox *m)
{
	struct letter *all;

	pthread_mutex_lock(&m->lock);
	all = take_locked(m);
	pthread_mutex_unlock(&m->lock);
	return all;
}

static struct timespec deadline_after(int timeout_ms)
{
	int64_t at = clock_mono_ms() + timeout_ms;

	return (struct timespec){at / 1000, (long)(at % 1000) * 1000000};
}

struct letter *mailbox_wait(struct mailbox *m, int timeout_ms)
{
	struct timespec until = deadline_after(timeout_ms < 0 ? 0 : timeout_ms);
	struct letter *all;
	int result = 0;

	pthread_mutex_lock(&m->lock);
	m->sleeps = true;
	while (!m->first && result != ETIMEDOUT) {
		if (timeout_ms < 0)
			pthread_cond_wait(&m->arrived, &m->lock);
		else
			result = pthread_cond_timedwait(&m->arrived, &m->lock, &until);
	}
	m->sleeps = false;
	all = take_locked(m);
	pthread_mutex_unlock(&m->lock);
	return all;
}

int mailbox_fd(const struct mailbox *m)
{
	return m->fd;
}
