// SPDX-License-Identifier: MIT
#include "server/admin_socket.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/list.h"
#include "common/log.h"
#include "server/admin_json.h"
#include "common/unix_address.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP 65536

struct asking {
	struct list link;
	struct admin_socket *socket;
	struct loop_fd *watch;
	int fd;
	char uid[LOG_NUMBER_LEN];
	ticket_id ticket; // 0: the request is not whole yet
	int64_t asked_ms; // mono
	struct buf in, out;
	size_t sent;
};

struct admin_socket {
	struct loop *loop;
	struct loop_fd *watch;
	char *path;
	int fd;
	admin_ask_fn *fn;
	void *arg;
	struct list clients;
	size_t n_clients;
	ticket_id last_ticket;
};

static void client_free(struct asking *c)
{
	list_remove(&c->link);
	c->socket->n_clients--;
	loop_remove(c->watch);
	close(c->fd);
	// Both may hold passwords or tokens.
	if (c->in.at)
		sodium_memzero(c->in.at, c->in.cap);
	if (c->out.at)
		sodium_memzero(c->out.at, c->out.cap);
	buf_clear(&c->in);
	buf_clear(&c->out);
	free(c);
}

static void client_write(struct asking *c)
{
	while (c->sent < c->out.len) {
		ssize_t sent =
			send(c->fd, c->out.at + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN) {
			loop_change(c->watch, LOOP_WRITE);
			return;
		}
		if (sent < 0)
			break;
		c->sent += (size_t)sent;
	}
	client_free(c);
}

static void client_answer(struct asking *c, const struct admin_answer *answer)
{
	admin_answer_encode(answer, &c->out);
	client_write(c);
}

static void say(struct asking *c, enum admin_code code, struct span words)
{
	struct admin_answer *answer = admin_answer_new(0);

	answer->code = code;
	answer->words = arena_dup(&answer->arena, words);
	client_answer(c, answer);
	admin_answer_free(answer);
}

static void refuse(struct asking *c, const char *why)
{
	say(c, ADMIN_USAGE, span_of(why));
}

static void take_request(struct asking *c, struct span text)
{
	struct admin_socket *s = c->socket;
	char *error = NULL;
	struct admin_request *request = admin_request_decode(text, &error);

	if (!request) {
		refuse(c, error);
		free(error);
		return;
	}
	c->ticket = request->ticket = ++s->last_ticket;
	c->asked_ms = loop_now(s->loop);
	request->actor = SPAN("shell");
	// Root has become the owner by then; the command line says who it was.
	if (!request->uid.at)
		request->uid = arena_dup(&request->arena, span_of(c->uid));
	loop_change(c->watch, 0);
	s->fn(s->arg, request);
}

static void client_read(struct asking *c)
{
	size_t seen = c->in.len;
	ssize_t got = read(c->fd, buf_space(&c->in, READ_STEP), READ_STEP);
	const char *end;

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		client_free(c);
		return;
	}
	c->in.len += (size_t)got;
	end = memchr(c->in.at + seen, '\n', (size_t)got);
	if (end)
		take_request(c, span_from(c->in.at, (size_t)(end - c->in.at)));
	else if (c->in.len > ADMIN_REQUEST_MAX)
		refuse(c, "the request is too long: import in smaller parts");
}

static void on_client(void *arg, unsigned events)
{
	struct asking *c = arg;

	if (events & LOOP_WRITE)
		client_write(c);
	else
		client_read(c);
}

static bool is_welcome(int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	*uid = peer.uid;
	return peer.uid == geteuid() || peer.uid == 0;
}

static void on_waiting(void *arg, UNUSED unsigned events)
{
	struct admin_socket *s = arg;
	struct asking *c;
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	uid_t uid;

	if (fd < 0)
		return;
	if (!is_welcome(fd, &uid) || s->n_clients >= ADMIN_CLIENTS_MAX) {
		log_event(LOG_WARN, "admin_refused", NULL);
		close(fd);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->socket = s;
	c->fd = fd;
	log_number(c->uid, uid);
	list_add(&s->clients, &c->link);
	s->n_clients++;
	c->watch = loop_add(s->loop, fd, LOOP_READ, on_client, c);
}

static int listen_at(const char *path, char **error)
{
	struct unix_address address;
	struct buf text = {0};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	unix_address_init(&address, path);
	// The store's lock is held: whatever stands there is of a server that is gone.
	unlink(path);
	if (fd >= 0 && bind(fd, unix_address(&address), address.len) == 0 &&
	    chmod(path, 0600) == 0 && listen(fd, ADMIN_CLIENTS_MAX) == 0) {
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

struct admin_socket *admin_socket_new(struct loop *loop, const char *path, admin_ask_fn *fn,
				      void *arg, char **error)
{
	struct admin_socket *s;
	int fd = listen_at(path, error);

	if (fd < 0)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->loop = loop;
	s->path = xstrdup(path);
	s->fd = fd;
	s->fn = fn;
	s->arg = arg;
	list_init(&s->clients);
	s->watch = loop_add(loop, fd, LOOP_READ, on_waiting, s);
	return s;
}

void admin_socket_free(struct admin_socket *s)
{
	if (!s)
		return;
	list_for_each_safe(item, after, &s->clients)
		client_free(container_of(item, struct asking, link));
	loop_remove(s->watch);
	close(s->fd);
	unlink(s->path);
	free(s->path);
	free(s);
}

void admin_socket_answer(struct admin_socket *s, struct admin_answer *answer)
{
	list_for_each_safe(item, after, &s->clients) {
		struct asking *c = container_of(item, struct asking, link);

		if (c->ticket == answer->ticket) {
			client_answer(c, answer);
			break;
		}
	}
	admin_answer_free(answer);
}

void admin_socket_give_up(struct admin_socket *s, int64_t before_ms, struct span words)
{
	list_for_each_safe(item, after, &s->clients) {
		struct asking *c = container_of(item, struct asking, link);

		if (c->ticket && c->asked_ms <= before_ms) {
			c->ticket = 0;
			say(c, ADMIN_UNREACHABLE, words);
		}
	}
}

bool admin_socket_is_busy(const struct admin_socket *s)
{
	return s->n_clients > 0;
}
