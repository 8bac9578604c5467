// SPDX-License-Identifier: MIT
// A shard in a thread of its own: its loop, and the letter that ends it.
#include "server/io/shard.h"

#include "common/die.h"
#include "server/letters/letter.h"

#include <pthread.h>
#include <stdlib.h>

struct shard_thread {
	pthread_t thread;
	struct loop *loop;
	struct loop_hook *at_turn_end;
	struct shard *shard; // the thread's
	struct mailbox *mailbox;
};

static void at_turn_end(void *arg)
{
	struct shard_thread *t = arg;

	shard_collect(t->shard);
	shard_flush(t->shard);
	if (shard_is_done(t->shard))
		loop_stop(t->loop);
}

static void *run(void *arg)
{
	struct shard_thread *t = arg;

	loop_run(t->loop);
	loop_hook_remove(t->at_turn_end);
	shard_free(t->shard);
	loop_free(t->loop);
	return NULL;
}

struct shard_thread *shard_thread_start(const struct shard_config *config, struct mailbox *hub)
{
	struct shard_thread *t = xcalloc(1, sizeof(*t));

	t->loop = loop_new();
	t->shard = shard_new(config, t->loop, hub);
	t->mailbox = shard_mailbox(t->shard);
	t->at_turn_end = loop_at_turn_end(t->loop, at_turn_end, t);
	t->thread = thread_start(config->begin, THREAD_SHARD, run, t);
	return t;
}

struct mailbox *shard_thread_mailbox(struct shard_thread *t)
{
	return t->mailbox;
}

void shard_thread_stop(struct shard_thread *t)
{
	struct letter *stop;

	if (!t)
		return;
	stop = xcalloc(1, sizeof(*stop));
	stop->kind = LETTER_STOP;
	mailbox_put(t->mailbox, stop);
}

void shard_thread_join(struct shard_thread *t)
{
	if (!t)
		return;
	pthread_join(t->thread, NULL);
	free(t);
}
