// SPDX-License-Identifier: MIT
// The command line's end of the admin socket.
#include "common/buf.h"
#include "common/die.h"
#include "server/admin_json.h"
#include "server/admin_socket.h"
#include "common/unix_address.h"
#include "server/admin_ask.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_STEP 65536

static int connect_to(const char *path)
{
	struct unix_address address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), failure = 0;

	unix_address_init(&address, path);
	if (fd >= 0 && connect(fd, unix_address(&address), address.len) < 0) {
		failure = errno;
		close(fd);
		fd = -1;
	}
	unix_address_clear(&address);
	if (failure)
		errno = failure;
	return fd;
}

bool admin_is_there(const char *path)
{
	int fd = connect_to(path);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool send_all(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t sent = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		bytes = span_after(bytes, (size_t)sent);
	}
	return true;
}

static void receive_all(int fd, struct buf *in)
{
	ssize_t got;

	do {
		got = read(fd, buf_space(in, READ_STEP), READ_STEP);
		if (got > 0)
			in->len += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
}

static void wipe(struct buf *b)
{
	if (b->at)
		sodium_memzero(b->at, b->cap);
	buf_clear(b);
}

static struct admin_answer *exchange(int fd, const struct buf *out, char **error)
{
	struct buf in = {0};
	struct admin_answer *answer = NULL;

	if (send_all(fd, buf_span(out)))
		receive_all(fd, &in);
	if (in.len)
		answer = admin_answer_decode(buf_span(&in), error);
	else
		*error = xstrdup(
			"the server hung up before it answered; what was asked may or may "
			"not be done");
	wipe(&in);
	return answer;
}

struct admin_answer *admin_ask(const char *path, const struct admin_request *request,
			       bool *unreachable, char **error)
{
	struct admin_answer *answer;
	struct buf out = {0};
	int fd;

	*unreachable = false;
	if (!admin_request_encode(request, &out)) {
		*error = xstrdup("the request is not UTF-8 text");
		wipe(&out);
		return NULL;
	}
	fd = connect_to(path);
	if (fd < 0) {
		struct buf text = {0};

		*unreachable = true;
		buf_printf(&text, "%s: %s", path, strerrordesc_np(errno));
		*error = buf_take(&text);
		wipe(&out);
		return NULL;
	}
	answer = exchange(fd, &out, error);
	close(fd);
	wipe(&out);
	return answer;
}
