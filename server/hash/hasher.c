// SPDX-License-Identifier: MIT
// One thread hands out jobs as they come; the others hash. They speak by letters, so there
// is no lock here.
#include "server/hash/hasher.h"
#include "server/hash/job.h"

#include "common/die.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct settings {
	struct letter letter;
	int64_t memory, passes;
};

struct worker {
	struct mailbox *box, *to_hasher;
	pthread_t thread;
	const struct hash_job *job; // NULL: none
};

struct hasher {
	struct mailbox *box, *to_hub;
	pthread_t thread;
	// The rest belongs to that thread.
	struct worker workers[HASH_THREADS_MAX];
	unsigned n_workers;
	struct letter *waiting; // by time of arrival
	int64_t memory, passes;
	bool stopping;
};

static void answer(struct hasher *h, struct hash_job *job)
{
	job->letter.kind = LETTER_HASHED;
	mailbox_put(h->to_hub, &job->letter);
}

static void enqueue(struct hasher *h, struct hash_job *job)
{
	job->letter.next = NULL;
	if (h->stopping) {
		job->result = HASH_BUSY;
		answer(h, job);
		return;
	}
	if (job->memory == 0)
		job->memory = h->memory;
	if (job->passes == 0)
		job->passes = h->passes;
	letter_add(&h->waiting, &job->letter);
}

static void hand_out(struct hasher *h)
{
	for (unsigned i = 0; i < h->n_workers && h->waiting; i++) {
		struct worker *w = &h->workers[i];
		struct letter *next;

		if (w->job)
			continue;
		next = letter_take(&h->waiting);
		w->job = container_of(next, struct hash_job, letter);
		mailbox_put(w->box, next);
	}
}

static void on_done(struct hasher *h, struct hash_job *job)
{
	for (unsigned i = 0; i < h->n_workers; i++) {
		if (h->workers[i].job == job)
			h->workers[i].job = NULL;
	}
	answer(h, job);
}

static void on_stop(struct hasher *h)
{
	struct letter *l;

	h->stopping = true;
	while ((l = letter_take(&h->waiting))) {
		struct hash_job *job = container_of(l, struct hash_job, letter);

		job->result = HASH_BUSY;
		answer(h, job);
	}
}

static void on_letter(struct hasher *h, struct letter *l)
{
	switch (l->kind) {
	case LETTER_JOB:
		enqueue(h, container_of(l, struct hash_job, letter));
		break;
	case LETTER_HASHED:
		on_done(h, container_of(l, struct hash_job, letter));
		break;
	case LETTER_SETTINGS:
		h->memory = container_of(l, struct settings, letter)->memory;
		h->passes = container_of(l, struct settings, letter)->passes;
		free(container_of(l, struct settings, letter));
		break;
	default:
		on_stop(h);
		free(l);
	}
}

static bool is_idle(const struct hasher *h)
{
	for (unsigned i = 0; i < h->n_workers; i++) {
		if (h->workers[i].job)
			return false;
	}
	return true;
}

static void *run_hasher(void *arg)
{
	struct hasher *h = arg;

	while (!h->stopping || !is_idle(h)) {
		struct letter *next, *l = mailbox_wait(h->box, -1);

		for (; l; l = next) {
			next = l->next;
			on_letter(h, l);
			hand_out(h);
		}
	}
	return NULL;
}

// True when told to stop.
static bool work(struct worker *w, struct letter *letters)
{
	bool stop = false;

	for (struct letter *l = letters, *next; l; l = next) {
		next = l->next;
		if (l->kind == LETTER_JOB) {
			hash_job_run(container_of(l, struct hash_job, letter));
			l->kind = LETTER_HASHED;
			mailbox_put(w->to_hasher, l);
		} else {
			free(l);
			stop = true;
		}
	}
	return stop;
}

static void *run_worker(void *arg)
{
	struct worker *w = arg;

	while (!work(w, mailbox_wait(w->box, -1)))
		continue;
	return NULL;
}

static void put_stop(struct mailbox *box)
{
	struct letter *stop = xcalloc(1, sizeof(*stop));

	stop->kind = LETTER_STOP;
	mailbox_put(box, stop);
}

struct hasher *hasher_start(unsigned threads, int64_t memory, int64_t passes,
			    struct mailbox *to_hub, struct thread_begin begin)
{
	struct hasher *h = xcalloc(1, sizeof(*h));

	h->box = mailbox_new();
	h->to_hub = to_hub;
	h->memory = memory;
	h->passes = passes;
	h->n_workers = threads < 1                  ? 1
		       : threads > HASH_THREADS_MAX ? HASH_THREADS_MAX
						    : threads;
	for (unsigned i = 0; i < h->n_workers; i++) {
		struct worker *w = &h->workers[i];

		w->box = mailbox_new();
		w->to_hasher = h->box;
		w->thread = thread_start(begin, THREAD_HASHER, run_worker, w);
	}
	h->thread = thread_start(begin, THREAD_HASHER, run_hasher, h);
	return h;
}

void hasher_put(struct hasher *h, struct hash_job *job)
{
	mailbox_put(h->box, &job->letter);
}

void hasher_set(struct hasher *h, int64_t memory, int64_t passes)
{
	struct settings *s = xcalloc(1, sizeof(*s));

	s->letter.kind = LETTER_SETTINGS;
	s->memory = memory;
	s->passes = passes;
	mailbox_put(h->box, &s->letter);
}

static void drop_late(struct hasher *h)
{
	// Put after the stop: nobody waits for them any more.
	for (struct letter *late = mailbox_take(h->box), *l; (l = letter_take(&late));) {
		if (l->kind == LETTER_SETTINGS)
			free(container_of(l, struct settings, letter));
		else
			letter_free(l);
	}
}

// By counted sleeps: no clock is asked that may be set meanwhile.
static bool has_ended(pthread_t thread, int within_ms)
{
	if (within_ms < 0)
		return pthread_join(thread, NULL) == 0;
	while (pthread_tryjoin_np(thread, NULL) != 0) {
		if (within_ms-- <= 0)
			return false;
		nanosleep(&(struct timespec){0, 1000000L}, NULL);
	}
	return true;
}

bool hasher_stop(struct hasher *h, int within_ms)
{
	if (!h)
		return true;
	put_stop(h->box);
	if (!has_ended(h->thread, within_ms))
		return false;
	for (unsigned i = 0; i < h->n_workers; i++) {
		put_stop(h->workers[i].box);
		pthread_join(h->workers[i].thread, NULL);
		mailbox_free(h->workers[i].box);
	}
	drop_late(h);
	mailbox_free(h->box);
	free(h);
	return true;
}
