// SPDX-License-Identifier: MIT
// 1. A slot is free when it has no letter. A letter is kept until its answer came: its URL is
//    what the next request is compared with.
// 2. On the way the number is ours, so that no two under way have the same.
#include "server/beside/errand.h"

#include "common/clock.h"
#include "common/die.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct slot {
	struct errand_ask *letter;
	bool is_sent;
	uint64_t theirs; // the caller's number
	int64_t posted_at;
	errand_told_fn *fn;
	void *arg;
};

struct errands {
	struct loop *loop;
	struct loop_timer *timer; // of the oldest
	errand_lose_fn *lose;
	void *arg;
	int fd;                // or -1
	struct loop_fd *watch; // while a letter waits for room
	uint64_t number;       // of the latest letter
	struct slot slots[ERRANDS_MAX];
};

// The slot of the letter with the lowest number, among all or among those that wait.
static struct slot *oldest(struct errands *e, bool is_waiting)
{
	struct slot *found = NULL;

	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		struct slot *s = &e->slots[i];
		if (s->letter && !(is_waiting && s->is_sent) &&
		    (!found || s->letter->number < found->letter->number))
			found = s;
	}
	return found;
}

static void on_late(void *arg)
{
	struct errands *e = arg;
	struct slot *s = oldest(e, false);
	int64_t left_ms = s ? s->posted_at + 2 * ERRAND_MS - clock_mono_ms() : 0;

	if (!s)
		return;
	if (left_ms > 0)
		loop_timer_set(e->timer, left_ms);
	else
		e->lose(e->arg, "it does not answer");
}

struct errands *errands_new(struct loop *l, errand_lose_fn *lose, void *arg)
{
	struct errands *e = xcalloc(1, sizeof(*e));

	*e = (struct errands){.loop = l, .lose = lose, .arg = arg, .fd = -1};
	e->timer = loop_timer_new(l, on_late, e);
	return e;
}

void errands_free(struct errands *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < ERRANDS_MAX; i++)
		free(e->slots[i].letter);
	loop_remove(e->watch);
	loop_timer_free(e->timer);
	free(e);
}

void errands_open(struct errands *e, int fd)
{
	e->fd = fd;
}

static void tell(struct slot *s, struct errand_answer a)
{
	struct slot was = *s;

	*s = (struct slot){0};
	free(was.letter);
	a.number = was.theirs;
	was.fn(was.arg, &a);
}

void errands_close(struct errands *e)
{
	if (!e)
		return;
	e->fd = -1;
	loop_remove(e->watch);
	e->watch = NULL;
	loop_timer_stop(e->timer);
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		if (e->slots[i].letter)
			tell(&e->slots[i], (struct errand_answer){.outcome = ERRAND_LOST});
	}
}

bool errands_take(struct errands *e, struct span bytes)
{
	struct errand_tell l;
	struct errand_answer a;

	if (!errand_tell_read(&l, bytes, &a))
		return false;
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		struct slot *s = &e->slots[i];
		if (s->letter && s->is_sent && s->letter->number == a.number) {
			tell(s, a);
			return true;
		}
	}
	return false;
}

static void send_waiting(struct errands *e);

static void on_room(void *arg, UNUSED unsigned events)
{
	send_waiting(arg);
}

// Who is gone is noticed where its letters are read.
static void send_waiting(struct errands *e)
{
	struct slot *s;

	loop_remove(e->watch);
	e->watch = NULL;
	while ((s = oldest(e, true))) {
		if (send(e->fd, s->letter, sizeof(*s->letter), MSG_DONTWAIT | MSG_NOSIGNAL) <
		    0) {
			if (errno == EAGAIN || errno == EINTR)
				e->watch = loop_add(e->loop, e->fd, LOOP_WRITE, on_room, e);
			return;
		}
		s->is_sent = true;
	}
}

// NULL when there is none, or one goes to this URL.
static struct slot *find_slot(struct errands *e, struct span url)
{
	struct slot *found = NULL;

	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		struct slot *s = &e->slots[i];
		if (!s->letter)
			found = s;
		else if (span_eq(span_from(s->letter->bytes, s->letter->lens[0]), url))
			return NULL;
	}
	return found;
}

enum errand_posted errand_post(struct errands *e, const struct errand_request *r,
			       errand_told_fn *fn, void *arg)
{
	struct errand_ask l;
	struct slot *s = find_slot(e, r->url);

	if (!errand_ask_write(&l, r))
		return ERRAND_NEVER;
	if (e->fd < 0 || !s)
		return ERRAND_LATER;
	*s = (struct slot){.letter = xmalloc(sizeof(l)),
			   .theirs = r->number,
			   .posted_at = clock_mono_ms(),
			   .fn = fn,
			   .arg = arg};
	l.number = ++e->number;
	*s->letter = l;
	if (oldest(e, false) == s)
		loop_timer_set(e->timer, 2 * ERRAND_MS);
	if (!e->watch)
		send_waiting(e);
	return ERRAND_POSTED;
}
