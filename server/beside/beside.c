// SPDX-License-Identifier: MIT
#include "server/beside/beside.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/log.h"
#include "common/wipe.h"
#include "server/beside/beside_letter.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define GREETING SPAN("are you there?")

struct helper {
	struct beside *beside;
	enum program program;
	bool is_wanted, is_up;
	bool is_asked;    // a letter waits for its answer
	int fd;           // its end, or -1
	int64_t wait_ms;  // before the latest start
	int64_t since_ms; // wall: up or down
	int64_t up_at;    // monotonic
	uint64_t number;  // of the latest letter
	struct loop_fd *watch;
	struct loop_timer *timer; // of the answer, or of the next start
};

struct beside {
	struct loop *loop;
	int starter;
	struct loop_fd *watch;
	struct helper helpers[PROGRAMS];
	struct errands *errands;
};

int64_t beside_wait(int64_t last_ms, int64_t up_ms)
{
	if (!last_ms || up_ms >= BESIDE_WAIT_MAX_MS)
		return BESIDE_WAIT_MIN_MS;
	return last_ms > BESIDE_WAIT_MAX_MS / 2 ? BESIDE_WAIT_MAX_MS : 2 * last_ms;
}

static bool is_errand(const struct helper *h)
{
	return h->program == PROGRAM_ERRAND;
}

static void hang_up(struct helper *h)
{
	if (is_errand(h))
		errands_close(h->beside->errands);
	loop_remove(h->watch);
	h->watch = NULL;
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	h->is_asked = false;
}

static void lose(struct helper *h, const char *why)
{
	int64_t up_ms = h->is_up ? clock_mono_ms() - h->up_at : 0;
	char wait[LOG_NUMBER_LEN];

	hang_up(h);
	starter_end(h->beside->starter, h->program);
	if (h->is_up)
		h->since_ms = clock_wall_ms();
	h->is_up = false;
	h->wait_ms = beside_wait(h->wait_ms, up_ms);
	// Without a starter it stays as it is.
	if (h->beside->watch)
		loop_timer_set(h->timer, h->wait_ms);
	else
		loop_timer_stop(h->timer);
	log_event(LOG_WARN, "beside_down", "program", program_name(h->program), "why", why,
		  "again_in_ms", log_number(wait, h->wait_ms), NULL);
}

static void ask(struct helper *h)
{
	struct beside_letter l;

	if (h->is_asked)
		return;
	beside_letter_write(&l, BESIDE_ECHO, ++h->number, GREETING);
	if (send(h->fd, &l, sizeof(l), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		// Full of errands: whether it still answers is seen by those.
		if (errno != EAGAIN)
			lose(h, "it takes no letter");
		return;
	}
	h->is_asked = true;
	loop_timer_set(h->timer, BESIDE_ANSWER_MS);
}

static void come_up(struct helper *h, uint32_t walls)
{
	h->is_up = true;
	h->since_ms = clock_wall_ms();
	h->up_at = clock_mono_ms();
	if (is_errand(h))
		errands_open(h->beside->errands, h->fd);
	log_event(LOG_INFO, "beside_up", "program", program_name(h->program), NULL);
	if (walls != (BESIDE_WALL_FILES | BESIDE_WALL_CALLS))
		log_event(LOG_WARN, "no_sandbox", "program", program_name(h->program), "why",
			  walls & BESIDE_WALL_CALLS ? "this kernel has no Landlock"
						    : "this kernel has no filters of calls",
			  NULL);
}

static bool take_echo(struct helper *h, struct span bytes)
{
	struct beside_letter l;

	if (!beside_letter_read(&l, bytes, BESIDE_ECHOED) || !h->is_asked ||
	    l.number != h->number || !span_eq(beside_letter_text(&l), GREETING))
		return false;
	h->is_asked = false;
	loop_timer_stop(h->timer);
	if (!h->is_up)
		come_up(h, l.walls);
	return true;
}

// False when what came ended it.
static bool take(struct helper *h, struct span bytes)
{
	if (take_echo(h, bytes) || (is_errand(h) && errands_take(h->beside->errands, bytes)))
		return true;
	lose(h, "what it said is no answer");
	return false;
}

static void on_letter(void *arg, UNUSED unsigned events)
{
	struct helper *h = arg;
	char bytes[ERRAND_TELL_LONG + 1];

	for (;;) {
		ssize_t len = recv(h->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			lose(h, "it ended");
			return;
		}
		bool is_taken = take(h, span_from(bytes, (size_t)len));
		wipe_bytes(bytes, (size_t)len);
		if (!is_taken)
			return;
	}
}

static void on_timer(void *arg)
{
	struct helper *h = arg;

	if (h->fd >= 0) {
		lose(h, "it does not answer");
		return;
	}
	starter_start(h->beside->starter, h->program);
}

static void greet(struct helper *h, int end)
{
	hang_up(h);
	h->fd = end;
	h->watch = loop_add(h->beside->loop, end, LOOP_READ, on_letter, h);
	ask(h);
}

// Its programs end with it, for good.
static void lose_starter(struct beside *b)
{
	loop_remove(b->watch);
	b->watch = NULL;
	log_event(LOG_ERROR, "starter_gone", "mend", "start snugd again", NULL);
}

static void on_starter(void *arg, UNUSED unsigned events)
{
	struct beside *b = arg;
	enum program p = PROGRAM_ERRAND;
	int end = -1;

	switch (starter_hear(b->starter, &p, &end)) {
	case STARTER_NOTHING:
		break;
	case STARTER_STARTED:
		greet(&b->helpers[p], end);
		break;
	case STARTER_FAILED:
		lose(&b->helpers[p], "it cannot be started");
		break;
	case STARTER_GONE:
		lose_starter(b);
		break;
	}
}

static void lose_errand(void *arg, const char *why)
{
	struct beside *b = arg;

	lose(&b->helpers[PROGRAM_ERRAND], why);
}

struct beside *beside_new(struct loop *l, int starter, const bool wanted[PROGRAMS])
{
	struct beside *b = xcalloc(1, sizeof(*b));

	*b = (struct beside){.loop = l, .starter = starter};
	b->watch = loop_add(l, starter, LOOP_READ, on_starter, b);
	b->errands = errands_new(l, lose_errand, b);
	for (enum program p = 0; p < PROGRAMS; p++) {
		struct helper *h = &b->helpers[p];
		*h = (struct helper){.beside = b,
				     .program = p,
				     .is_wanted = wanted[p],
				     .fd = -1,
				     .since_ms = clock_wall_ms()};
		h->timer = loop_timer_new(l, on_timer, h);
		if (h->is_wanted)
			starter_start(starter, p);
	}
	return b;
}

void beside_free(struct beside *b)
{
	if (!b)
		return;
	errands_free(b->errands);
	b->errands = NULL;
	for (size_t i = 0; i < PROGRAMS; i++) {
		hang_up(&b->helpers[i]);
		loop_timer_free(b->helpers[i].timer);
	}
	loop_remove(b->watch);
	close(b->starter);
	free(b);
}

struct errands *beside_errands(struct beside *b)
{
	return b->errands;
}

void beside_ask(struct beside *b)
{
	for (size_t i = 0; b && i < PROGRAMS; i++) {
		if (b->helpers[i].is_up)
			ask(&b->helpers[i]);
	}
}

enum helper_state beside_state(const struct beside *b, enum program p)
{
	if (!b || !b->helpers[p].is_wanted)
		return HELPER_OFF;
	return b->helpers[p].is_up ? HELPER_UP : HELPER_DOWN;
}

void beside_words(const struct beside *b, enum program p, struct buf *out)
{
	char when[CLOCK_TEXT_LEN + 1];

	if (beside_state(b, p) == HELPER_OFF) {
		buf_add_str(out, "off");
		return;
	}
	clock_text(b->helpers[p].since_ms, when);
	buf_printf(out, "%s since %s", b->helpers[p].is_up ? "up" : "down", when);
}
