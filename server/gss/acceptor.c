// SPDX-License-Identifier: MIT
#include "server/gss/acceptor.h"

#include "common/die.h"
#include "server/gss/conversation.h"
#include "server/letters/letter.h"

#include <stdlib.h>

struct acceptor {
	struct acceptor_settings settings;
	struct mailbox *box, *to_hub;
	pthread_t thread;
};

// True when told to stop.
static bool work(struct acceptor *a, struct letter *letters)
{
	struct letter *l;

	while ((l = letter_take(&letters))) {
		struct identity_question *q = container_of(l, struct identity_question, letter);

		if (l->kind == LETTER_STOP) {
			letter_free(l);
			letters_free(&letters);
			return true;
		}
		mailbox_put(a->to_hub, &conversation_step(&a->settings, q)->letter);
		letter_free(l);
	}
	return false;
}

static void *run(void *arg)
{
	struct acceptor *a = arg;

	while (!work(a, mailbox_wait(a->box, -1)))
		continue;
	return NULL;
}

struct acceptor *acceptor_start(const struct acceptor_settings *settings,
				struct mailbox *to_hub, struct thread_begin begin)
{
	struct acceptor *a = xcalloc(1, sizeof(*a));

	a->settings = *settings;
	a->box = mailbox_new();
	a->to_hub = to_hub;
	a->thread = thread_start(begin, THREAD_GSS, run, a);
	return a;
}

void acceptor_put(struct acceptor *a, struct identity_question *q)
{
	mailbox_put(a->box, &q->letter);
}

void acceptor_free(struct acceptor *a)
{
	struct letter *stop, *late;

	if (!a)
		return;
	stop = xcalloc(1, sizeof(*stop));
	stop->kind = LETTER_STOP;
	mailbox_put(a->box, stop);
	pthread_join(a->thread, NULL);
	late = mailbox_take(a->box);
	letters_free(&late);
	mailbox_free(a->box);
	free(a);
}
