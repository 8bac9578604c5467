// SPDX-License-Identifier: MIT
// 1. A slot is free when it has no letter. A letter is kept until its answer came: its URL is
//    what the next push is compared with. It is wiped when it goes, since it may hold tokens.
// 2. On the way the number is ours, so that no two under way have the same.
#include "server/beside/errand.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/wipe.h"

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
	struct slot slots[ERRANDS_SLOTS];
};

// The slot of the letter with the lowest number, among all or among those that wait.
static struct slot *oldest(struct errands *e, bool is_waiting)
{
	struct slot *found = NULL;

	for (size_t i = 0; i < ERRANDS_SLOTS; i++) {
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

// NULL is accepted.
static void free_letter(struct errand_ask *l)
{
	if (l)
		wipe_bytes(l, sizeof(*l));
	free(l);
}

void errands_free(struct errands *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < ERRANDS_SLOTS; i++)
		free_letter(e->slots[i].letter);
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
	free_letter(was.letter);
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
	for (size_t i = 0; i < ERRANDS_SLOTS; i++) {
		if (e->slots[i].letter)
			tell(&e->slots[i], (struct errand_answer){.outcome = ERRAND_LOST});
	}
}

// Whose answer this is, tells it. No push has the long answer of an issuer.
static bool take_answer(struct errands *e, const struct errand_answer *a)
{
	for (size_t i = 0; i < ERRANDS_SLOTS; i++) {
		struct slot *s = &e->slots[i];
		if (!s->letter || !s->is_sent || s->letter->number != a->number)
			continue;
		if (a->body.len > errand_answer_max((enum errand_kind)s->letter->what))
			return false;
		tell(s, *a);
		return true;
	}
	return false;
}

bool errands_take(struct errands *e, struct span bytes)
{
	struct errand_tell l;
	struct errand_answer a;
	bool is_taken = errand_tell_read(&l, bytes, &a) && take_answer(e, &a);

	wipe_bytes(&l, bytes.len < sizeof(l) ? bytes.len : sizeof(l));
	return is_taken;
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
		if (send(e->fd, s->letter, errand_ask_size(s->letter),
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
			if (errno == EAGAIN || errno == EINTR)
				e->watch = loop_add(e->loop, e->fd, LOOP_WRITE, on_room, e);
			return;
		}
		s->is_sent = true;
	}
}

size_t errands_max(enum errand_kind kind)
{
	return kind == ERRAND_ISSUER ? ERRANDS_ISSUER_MAX : ERRANDS_MAX;
}

// NULL when there is none for its kind, or a push goes to this URL.
static struct slot *find_slot(struct errands *e, const struct errand_request *r)
{
	struct slot *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ERRANDS_SLOTS; i++) {
		struct slot *s = &e->slots[i];
		if (!s->letter) {
			found = s;
			continue;
		}
		if (s->letter->what != r->kind)
			continue;
		n++;
		if (r->kind == ERRAND_PUSH &&
		    span_eq(span_from(s->letter->bytes, s->letter->lens[0]), r->url))
			return NULL;
	}
	return n < errands_max(r->kind) ? found : NULL;
}

static void fill_slot(struct errands *e, struct slot *s, const struct errand_ask *l)
{
	s->letter = xmalloc(sizeof(*l));
	memcpy(s->letter, l, sizeof(*l));
	s->letter->number = ++e->number;
	s->posted_at = clock_mono_ms();
	if (oldest(e, false) == s)
		loop_timer_set(e->timer, 2 * ERRAND_MS);
	if (!e->watch)
		send_waiting(e);
}

enum errand_posted errand_post(struct errands *e, const struct errand_request *r,
			       errand_told_fn *fn, void *arg)
{
	enum errand_posted posted = ERRAND_NEVER;
	struct errand_ask l;
	struct slot *s;

	if (errand_ask_write(&l, r)) {
		s = e->fd >= 0 ? find_slot(e, r) : NULL;
		posted = s ? ERRAND_POSTED : ERRAND_LATER;
		if (s) {
			*s = (struct slot){.theirs = r->number, .fn = fn, .arg = arg};
			fill_slot(e, s, &l);
		}
	}
	wipe_bytes(&l, sizeof(l));
	return posted;
}
