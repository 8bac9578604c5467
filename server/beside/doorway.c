// SPDX-License-Identifier: MIT
// 1. A slot is free when nobody is told of it (fn is NULL). It is out until its answer came,
//    and held from then on where that is a no.
// 2. On the way the number is ours, and never used twice: an answer that comes too late finds
//    no slot.
#include "server/beside/doorway.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/log.h"
#include "common/unix_address.h"
#include "common/wipe.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct door_slot {
	doorway_told_fn *fn;
	void *arg;
	uint64_t number, theirs; // ours, and the caller's
	int64_t asked_ms, sent_ms;
	bool is_held;
	enum door_result result; // held
};

struct doorway {
	struct loop *loop;
	struct loop_fd *waiting, *watch;
	struct loop_timer *timer;
	char *path;
	uid_t user;
	int listener, fd; // fd: -1 while no door is there
	int64_t since_ms; // wall
	int64_t no_ms;    // what the stack wanted at most, so that all refusals take as long
	uint64_t number;  // of the latest letter
	struct door_slot slots[DOORWAY_MAX];
};

static int64_t ends_ms(const struct doorway *d, const struct door_slot *s)
{
	return s->is_held ? s->asked_ms + d->no_ms : s->sent_ms + DOORWAY_MS;
}

static void wind_up(struct doorway *d)
{
	int64_t first = INT64_MAX, now = clock_mono_ms();

	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		if (d->slots[i].fn && ends_ms(d, &d->slots[i]) < first)
			first = ends_ms(d, &d->slots[i]);
	}
	if (first == INT64_MAX)
		loop_timer_stop(d->timer);
	else
		loop_timer_set(d->timer, first > now ? first - now : 0);
}

static void tell(struct door_slot *s, struct door_answer a)
{
	struct door_slot was = *s;

	*s = (struct door_slot){0};
	a.number = was.theirs;
	was.fn(was.arg, &a);
}

static void shut_out(struct doorway *d, const char *why)
{
	log_event(LOG_WARN, "door_down", "why", why, NULL);
	loop_remove(d->watch);
	d->watch = NULL;
	close(d->fd);
	d->fd = -1;
	d->since_ms = clock_wall_ms();
	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		if (d->slots[i].fn && !d->slots[i].is_held)
			tell(&d->slots[i], (struct door_answer){.result = DOOR_LATER});
	}
	wind_up(d);
}

static void on_time(void *arg)
{
	struct doorway *d = arg;
	int64_t now = clock_mono_ms();
	bool is_silent = false;

	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		struct door_slot *s = &d->slots[i];

		if (!s->fn || ends_ms(d, s) > now)
			continue;
		if (s->is_held)
			tell(s, (struct door_answer){.result = s->result});
		else
			is_silent = true;
	}
	if (is_silent)
		shut_out(d, "it does not answer");
	wind_up(d);
}

static void hold(struct doorway *d, struct door_slot *s, const struct door_answer *a)
{
	int64_t wanted = a->delay_ms < DOORWAY_NO_MAX_MS ? a->delay_ms : DOORWAY_NO_MAX_MS;

	if (wanted > d->no_ms)
		d->no_ms = wanted;
	s->is_held = true;
	s->result = a->result;
}

static bool take(struct doorway *d, struct span bytes)
{
	struct door_tell l;
	struct door_answer a;

	if (!door_tell_read(&l, bytes, &a))
		return false;
	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		struct door_slot *s = &d->slots[i];

		if (!s->fn || s->is_held || s->number != a.number)
			continue;
		if (a.result == DOOR_YES || a.result == DOOR_LATER)
			tell(s, a);
		else
			hold(d, s, &a);
		wind_up(d);
		return true;
	}
	return a.number && a.number <= d->number;
}

static void on_door(void *arg, UNUSED unsigned events)
{
	struct doorway *d = arg;
	char bytes[DOOR_TELL_LEN + 1];
	ssize_t len = recv(d->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0)
		shut_out(d, "it has ended");
	else if (!take(d, span_from(bytes, (size_t)len)))
		shut_out(d, "it says what is no answer");
}

static bool is_welcome(const struct doorway *d, int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	*uid = peer.uid;
	return peer.uid == geteuid() || peer.uid == 0 ||
	       (d->user != DOORWAY_NOBODY && peer.uid == d->user);
}

static void on_waiting(void *arg, UNUSED unsigned events)
{
	struct doorway *d = arg;
	int fd = accept4(d->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	uid_t uid = DOORWAY_NOBODY;
	char text[LOG_NUMBER_LEN];

	if (fd < 0)
		return;
	if (!is_welcome(d, fd, &uid) || d->fd >= 0) {
		log_event(LOG_WARN, "door_refused", "uid", log_number(text, uid), "why",
			  d->fd >= 0 ? "another is there" : "another user", NULL);
		close(fd);
		return;
	}
	d->fd = fd;
	d->since_ms = clock_wall_ms();
	d->watch = loop_add(d->loop, fd, LOOP_READ, on_door, d);
	log_event(LOG_INFO, "door_up", "uid", log_number(text, uid), NULL);
}

static int listen_at(const char *path, char **error)
{
	struct unix_address address;
	struct buf text = {0};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	unix_address_init(&address, path);
	unlink(path);
	if (fd >= 0 && bind(fd, unix_address(&address), address.len) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, 1) == 0) {
		unix_address_clear(&address);
		return fd;
	}
	buf_printf(&text, "cannot listen on %s: %s", path, strerrordesc_np(errno));
	*error = buf_take(&text);
	unix_address_clear(&address);
	if (fd >= 0)
		close(fd);
	return -1;
}

struct doorway *doorway_new(struct loop *l, const char *path, uid_t user, char **error)
{
	struct doorway *d;
	int fd = listen_at(path, error);

	if (fd < 0)
		return NULL;
	d = xcalloc(1, sizeof(*d));
	*d = (struct doorway){.loop = l,
			      .path = xstrdup(path),
			      .user = user,
			      .listener = fd,
			      .fd = -1,
			      .since_ms = clock_wall_ms(),
			      .no_ms = DOORWAY_NO_MS};
	d->timer = loop_timer_new(l, on_time, d);
	d->waiting = loop_add(l, fd, LOOP_READ, on_waiting, d);
	return d;
}

void doorway_free(struct doorway *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		if (d->slots[i].fn)
			tell(&d->slots[i], (struct door_answer){.result = DOOR_LATER});
	}
	loop_remove(d->waiting);
	loop_remove(d->watch);
	loop_timer_free(d->timer);
	close(d->listener);
	if (d->fd >= 0)
		close(d->fd);
	unlink(d->path);
	free(d->path);
	free(d);
}

static struct door_slot *free_slot(struct doorway *d)
{
	for (size_t i = 0; i < DOORWAY_MAX; i++) {
		if (!d->slots[i].fn)
			return &d->slots[i];
	}
	return NULL;
}

// Where there is no room in the socket either, its door has stood still for long.
static bool send_letter(const struct doorway *d, const struct door_ask *l)
{
	return d->fd >= 0 &&
	       send(d->fd, l, sizeof(*l), MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(*l);
}

void doorway_ask(struct doorway *d, const struct door_question *q, doorway_told_fn *fn,
		 void *arg)
{
	struct door_slot *s = free_slot(d);
	struct door_question ours = *q;
	struct door_ask l;
	bool is_one;

	ours.number = ++d->number;
	is_one = door_ask_write(&l, &ours);
	if (!s || (is_one && !send_letter(d, &l))) {
		fn(arg, &(struct door_answer){.number = q->number, .result = DOOR_LATER});
	} else {
		*s = (struct door_slot){.fn = fn,
					.arg = arg,
					.number = ours.number,
					.theirs = q->number,
					.asked_ms = q->asked_ms ? q->asked_ms : clock_mono_ms(),
					.sent_ms = clock_mono_ms(),
					.is_held = !is_one,
					.result = DOOR_UNKNOWN};
		wind_up(d);
	}
	wipe_bytes(&l, sizeof(l));
}

bool doorway_is_up(const struct doorway *d)
{
	return d && d->fd >= 0;
}

void doorway_words(const struct doorway *d, struct buf *out)
{
	char since[CLOCK_TEXT_LEN + 1];

	if (!d) {
		buf_add_str(out, "off");
		return;
	}
	clock_text(d->since_ms, since);
	buf_printf(out, "%s since %s", doorway_is_up(d) ? "up" : "down", since);
}
