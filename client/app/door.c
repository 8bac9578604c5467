// SPDX-License-Identifier: MIT
#include "client/app/door.h"

#include "client/api/event_json.h"
#include "common/die.h"
#include "common/list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CALLERS_MAX 32
#define HELLO "{\"v\":1,\"type\":\"hello\"}\n"
#define HELLO_MS 500
#define LINE_MAX_BYTES (256 * 1024)
#define OUT_MAX (16u * 1024 * 1024)

struct caller {
	struct list in_door;
	struct door *door;
	struct loop_fd *watch;
	int fd;
	struct buf in, out;
	bool is_dead; // freed at the end of the turn
};

struct door {
	struct loop *loop;
	struct requests *requests;
	struct loop_fd *watch;
	struct loop_timer *reaper;
	int fd;
	char *path;
	struct list callers;
	size_t n_callers;
};

char *door_path(const char *runtime_dir, const char *profile)
{
	struct buf name = {0};
	struct sockaddr_un address;

	buf_printf(&name, "%s/%s.sock", runtime_dir, profile);
	if (name.len < sizeof(address.sun_path))
		return buf_take(&name);
	buf_clear(&name);
	return NULL;
}

static void address_of(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, path, strlen(path));
}

static bool is_same_user(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 && who.uid == geteuid();
}

static int reach(const char *path)
{
	struct sockaddr_un address;
	// Where too many wait already, waiting with them would have no end.
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	address_of(path, &address);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    is_same_user(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

// One that is suspended (C-z) is there and does not answer.
int door_knock(const char *path)
{
	char hello[sizeof(HELLO)];
	struct pollfd ready = {.fd = reach(path), .events = POLLIN};

	if (ready.fd >= 0 && poll(&ready, 1, HELLO_MS) == 1 &&
	    recv(ready.fd, hello, sizeof(HELLO) - 1, 0) == (ssize_t)sizeof(HELLO) - 1 &&
	    fcntl(ready.fd, F_SETFL, 0) == 0)
		return ready.fd;
	if (ready.fd >= 0)
		close(ready.fd);
	return -1;
}

static void caller_free(struct caller *c)
{
	list_remove(&c->in_door);
	c->door->n_callers--;
	buf_clear(&c->in);
	buf_clear(&c->out);
	free(c);
}

// Not freed at once: this may be inside a request that the caller made.
static void let_go(struct caller *c)
{
	if (c->is_dead)
		return;
	c->is_dead = true;
	loop_remove(c->watch);
	close(c->fd);
	requests_cancel(c->door->requests, c);
	loop_timer_set(c->door->reaper, 0);
}

static void reap(void *arg)
{
	struct door *d = arg;

	list_for_each_safe(item, after, &d->callers) {
		struct caller *c = container_of(item, struct caller, in_door);
		if (c->is_dead)
			caller_free(c);
	}
}

static void push(struct caller *c)
{
	while (c->out.len) {
		ssize_t wrote = send(c->fd, c->out.at, c->out.len, MSG_NOSIGNAL);
		if (wrote > 0) {
			buf_drop(&c->out, (size_t)wrote);
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			let_go(c);
		break;
	}
	if (!c->is_dead)
		loop_change(c->watch, c->out.len ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void on_answer(void *arg, const json_t *answer, bool is_last UNUSED)
{
	struct caller *c = arg;

	if (c->is_dead)
		return;
	json_add_line(&c->out, answer);
	if (c->out.len > OUT_MAX)
		let_go(c);
	else
		push(c);
}

static void take_line(struct caller *c, struct span line)
{
	json_t *request = json_loadb(line.at, line.len, 0, NULL);

	requests_run(c->door->requests, request, on_answer, c);
	json_decref(request);
}

static void take_lines(struct caller *c)
{
	struct span rest = buf_span(&c->in);
	size_t taken = 0;

	while (!c->is_dead && span_find(rest, '\n') < rest.len) {
		struct span line = span_cut(&rest, '\n');
		taken += line.len + 1;
		if (line.len)
			take_line(c, line);
	}
	buf_drop(&c->in, taken);
}

static void on_caller(void *arg, unsigned events)
{
	struct caller *c = arg;

	if (events & LOOP_WRITE)
		push(c);
	if (c->is_dead || !(events & LOOP_READ))
		return;
	ssize_t got = recv(c->fd, buf_space(&c->in, 4096), 4096, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		let_go(c);
		return;
	}
	c->in.len += (size_t)got;
	take_lines(c);
	if (c->in.len > LINE_MAX_BYTES)
		let_go(c);
}

static void on_knock(void *arg, unsigned events UNUSED)
{
	struct door *d = arg;
	int fd = accept4(d->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (d->n_callers >= CALLERS_MAX || !is_same_user(fd)) {
		close(fd);
		return;
	}
	struct caller *c = xcalloc(1, sizeof(*c));
	*c = (struct caller){.door = d, .fd = fd};
	list_add(&d->callers, &c->in_door);
	d->n_callers++;
	c->watch = loop_add(d->loop, fd, LOOP_READ, on_caller, c);
	buf_add_str(&c->out, HELLO);
	push(c);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	address_of(path, &address);
	// Nobody answers there: what is left of a program that died.
	unlink(path);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    listen(fd, 8) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

struct door *door_open(struct loop *l, const char *path, struct requests *r)
{
	int other = reach(path);

	if (other >= 0) {
		close(other);
		return NULL;
	}
	int fd = listen_at(path);
	if (fd < 0)
		return NULL;
	struct door *d = xcalloc(1, sizeof(*d));
	*d = (struct door){.loop = l, .requests = r, .fd = fd, .path = xstrdup(path)};
	list_init(&d->callers);
	d->reaper = loop_timer_new(l, reap, d);
	d->watch = loop_add(l, fd, LOOP_READ, on_knock, d);
	return d;
}

void door_close(struct door *d)
{
	if (!d)
		return;
	list_for_each(item, &d->callers)
		let_go(container_of(item, struct caller, in_door));
	reap(d);
	loop_remove(d->watch);
	loop_timer_free(d->reaper);
	close(d->fd);
	unlink(d->path);
	free(d->path);
	free(d);
}
