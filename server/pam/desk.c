// SPDX-License-Identifier: MIT
// 1. A place is free again when its process is gone, not when it was told to go: there are
//    never more of them than places.
// 2. A process is killed before it is waited for: until then its number is nobody else's.
// 3. What it had begun (pam_exec, helpers) becomes ours when it ends, and is killed, too.
#include "server/pam/desk.h"

#include "common/clock.h"
#include "common/wipe.h"
#include "server/pam/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAP_MS 50 // how often one that was killed is looked for

struct place {
	pid_t pid; // 0: it is free
	int fd;    // where the answer comes; -1: it was told already
	int64_t ends_ms;
	uint64_t number;
};

struct desk {
	int fd;
	const char *confdir;
	struct place places[DESK_MAX];
	bool may_have_strays;   // one ended, and what it had begun was not looked for since
	struct door_ask letter; // the one that came last; wiped
};

static void tell(const struct desk *d, const struct door_answer *a)
{
	struct door_tell l;

	door_tell_write(&l, a);
	// Where this fails snugd is gone, and the next poll() says so.
	(void)!send(d->fd, &l, sizeof(l), MSG_NOSIGNAL);
}

static void tell_later(const struct desk *d, uint64_t number)
{
	tell(d, &(struct door_answer){.number = number, .result = DOOR_LATER});
}

// One that has not answered yet is not waited for, whether it is there or not.
static void reap(struct desk *d, struct place *p)
{
	if (!p->pid || p->fd >= 0 || waitpid(p->pid, NULL, WNOHANG) != p->pid)
		return;
	p->pid = 0;
	d->may_have_strays = true;
}

static void end_place(struct desk *d, struct place *p)
{
	close(p->fd);
	p->fd = -1;
	kill(p->pid, SIGKILL);
	d->may_have_strays = true;
}

static bool is_at_a_place(const struct desk *d, pid_t pid)
{
	for (size_t i = 0; i < DESK_MAX; i++) {
		if (d->places[i].pid == pid)
			return true;
	}
	return false;
}

// True when it is gone.
static bool end_stray(pid_t pid)
{
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, WNOHANG) == pid;
}

// Where the kernel does not list its children, there is nothing to be done.
static void end_strays(struct desk *d)
{
	char list[4096];
	struct span rest = {list, 0};
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, list, sizeof(list)) : 0;

	d->may_have_strays = false;
	if (fd >= 0)
		close(fd);
	rest.len = len > 0 ? (size_t)len : 0;
	while (rest.len) {
		uint64_t pid = 0;

		if (span_to_u64(span_cut(&rest, ' '), &pid) && pid > 1 &&
		    !is_at_a_place(d, (pid_t)pid) && !end_stray((pid_t)pid))
			d->may_have_strays = true;
	}
}

_Noreturn static void answer(const struct desk *d, const struct door_question *q, int fd)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	struct attempt_said said;
	struct door_tell l;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGPIPE, &usual, NULL);
	close(d->fd);
	attempt_ask(q, d->confdir, &said);
	door_tell_write(&l, &said.answer);
	(void)!write(fd, &l, sizeof(l));
	_exit(0);
}

static bool begin(struct desk *d, struct place *p, const struct door_question *q)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pid_t child = fork();
	if (child == 0)
		answer(d, q, ends[1]);
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return false;
	}
	*p = (struct place){.pid = child,
			    .fd = ends[0],
			    .ends_ms = clock_mono_ms() + DESK_MS,
			    .number = q->number};
	return true;
}

static struct place *free_place(struct desk *d)
{
	for (size_t i = 0; i < DESK_MAX; i++) {
		reap(d, &d->places[i]);
		if (!d->places[i].pid)
			return &d->places[i];
	}
	return NULL;
}

static bool take(struct desk *d, struct span bytes)
{
	struct door_question q;
	bool is_letter = door_ask_read(&d->letter, bytes, &q);
	struct place *p = is_letter ? free_place(d) : NULL;

	if (is_letter && (!p || !begin(d, p, &q)))
		tell_later(d, q.number);
	wipe_bytes(&d->letter, sizeof(d->letter));
	return is_letter;
}

static bool hear(struct desk *d, enum desk_end *end)
{
	char bytes[DOOR_ASK_LEN + 1];
	ssize_t len = recv(d->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	bool is_letter;

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	*end = len > 0 ? DESK_GARBAGE : DESK_HUNG_UP;
	is_letter = len > 0 && take(d, span_from(bytes, (size_t)len));
	wipe_bytes(bytes, sizeof(bytes));
	return is_letter;
}

// Its process is not believed more than anybody: a module may have taken it over.
static void take_answer(struct desk *d, struct place *p)
{
	char bytes[DOOR_TELL_LEN + 1];
	ssize_t len = read(p->fd, bytes, sizeof(bytes));
	struct door_tell l;
	struct door_answer a;

	if (len > 0 && door_tell_read(&l, span_from(bytes, (size_t)len), &a) &&
	    a.number == p->number)
		tell(d, &a);
	else
		tell_later(d, p->number);
	end_place(d, p);
}

// How long nothing happens by itself.
static int look_at_time(struct desk *d)
{
	int64_t now = clock_mono_ms(), wait = -1;

	for (size_t i = 0; i < DESK_MAX; i++) {
		struct place *p = &d->places[i];
		int64_t left = REAP_MS;

		if (p->pid && p->fd >= 0 && p->ends_ms <= now) {
			tell_later(d, p->number);
			end_place(d, p);
		}
		reap(d, p);
		if (p->pid && p->fd >= 0)
			left = p->ends_ms - now;
		if (p->pid && (wait < 0 || left < wait))
			wait = left;
	}
	if (d->may_have_strays)
		end_strays(d);
	return (int)(d->may_have_strays ? REAP_MS : wait);
}

static void end_all(struct desk *d)
{
	for (size_t i = 0; i < DESK_MAX; i++) {
		if (d->places[i].pid && d->places[i].fd >= 0)
			end_place(d, &d->places[i]);
	}
}

enum desk_end desk_serve(int fd, const char *confdir)
{
	struct desk d = {.fd = fd, .confdir = confdir};
	enum desk_end end = DESK_HUNG_UP;
	bool goes_on = true;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)sodium_mlock(&d.letter, sizeof(d.letter));
	while (goes_on) {
		int wait_ms = look_at_time(&d);
		struct pollfd fds[1 + DESK_MAX] = {{.fd = fd, .events = POLLIN}};

		for (size_t i = 0; i < DESK_MAX; i++)
			fds[i + 1] = (struct pollfd){
				.fd = d.places[i].pid ? d.places[i].fd : -1, .events = POLLIN};
		if (poll(fds, ARRAY_LEN(fds), wait_ms) < 0)
			continue;
		for (size_t i = 0; i < DESK_MAX; i++) {
			if (fds[i + 1].revents && d.places[i].fd == fds[i + 1].fd)
				take_answer(&d, &d.places[i]);
		}
		if (fds[0].revents)
			goes_on = hear(&d, &end);
	}
	end_all(&d);
	(void)sodium_munlock(&d.letter, sizeof(d.letter));
	return end;
}
