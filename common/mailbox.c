// SPDX-License-Identifier: MIT
// 1. Who is woken may run at once, on the same processor even, so the lock is free by then:
//    else it would sleep again until the sender lets go. has_rung says that the bell is
//    rung or is about to be, and so is set from a batch's first letter to the read behind
//    it; a read that comes before the write leaves it set, and the write wakes for nothing.
// 2. Letters are linked oldest first; `last` points at the link to fill.
#include "common/mailbox.h"

#include "common/bell.h"
#include "common/die.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

struct mailbox {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	struct letter *first;
	struct letter **last;
	struct bell bell;
	bool has_rung;
	bool sleeps;
};

struct mailbox *mailbox_new(void)
{
	struct mailbox *m = xcalloc(1, sizeof(*m));

	m->last = &m->first;
	bell_make(&m->bell);
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->arrived, NULL);
	return m;
}

void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	pthread_cond_destroy(&m->arrived);
	pthread_mutex_destroy(&m->lock);
	bell_clear(&m->bell);
	free(m);
}

void mailbox_put(struct mailbox *m, struct letter *letter)
{
	bool was_empty, wakes, rings;

	letter->next = NULL;
	pthread_mutex_lock(&m->lock);
	was_empty = !m->first;
	*m->last = letter;
	m->last = &letter->next;
	wakes = was_empty && m->sleeps;
	rings = was_empty && !m->sleeps && !m->has_rung;
	m->has_rung = m->has_rung || rings;
	pthread_mutex_unlock(&m->lock);
	if (wakes)
		pthread_cond_signal(&m->arrived);
	else if (rings)
		bell_ring(&m->bell);
}

static struct letter *take_locked(struct mailbox *m)
{
	struct letter *all = m->first;

	m->first = NULL;
	m->last = &m->first;
	if (m->has_rung)
		m->has_rung = !bell_still(&m->bell);
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

static struct letter *wait_forever(struct mailbox *m)
{
	struct letter *all;

	pthread_mutex_lock(&m->lock);
	m->sleeps = true;
	while (!m->first)
		pthread_cond_wait(&m->arrived, &m->lock);
	m->sleeps = false;
	all = take_locked(m);
	pthread_mutex_unlock(&m->lock);
	return all;
}

// By poll(), not by a deadline of a condition variable: no clock is asked, so that one
// that is set or faked meanwhile does no harm.
struct letter *mailbox_wait(struct mailbox *m, int timeout_ms)
{
	struct pollfd rung = {.fd = m->bell.fd, .events = POLLIN};
	struct letter *all;

	if (timeout_ms < 0)
		return wait_forever(m);
	do {
		all = mailbox_take(m);
	} while (!all && poll(&rung, 1, timeout_ms) > 0);
	return all;
}

int mailbox_fd(const struct mailbox *m)
{
	return m->bell.fd;
}
