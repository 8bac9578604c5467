// SPDX-License-Identifier: MIT
#include "server/notify.h"

#include "common/span.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Not in the file system where it begins with '@'. 0: no address.
static socklen_t address_of(const char *name, struct sockaddr_un *a)
{
	size_t len = strlen(name);

	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof(a->sun_path))
		return 0;
	memcpy(a->sun_path, name, len);
	if (name[0] == '@')
		a->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
}

// 0 where it is absent, no number, or meant for another process.
static int64_t wanted_alive_ms(void)
{
	const char *every = getenv("WATCHDOG_USEC"), *whom = getenv("WATCHDOG_PID");
	uint64_t us, pid;

	if (!every || !span_to_u64(span_of(every), &us) || us > INT64_MAX)
		return 0;
	if (whom && (!span_to_u64(span_of(whom), &pid) || pid != (uint64_t)getpid()))
		return 0;
	return (int64_t)us / 1000;
}

static int connected(const char *name)
{
	struct sockaddr_un address;
	socklen_t len = address_of(name, &address);
	int fd;

	if (!len) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, len) < 0) {
		int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	return fd;
}

bool notify_open(struct notify *n, struct buf *error)
{
	const char *name = getenv("NOTIFY_SOCKET");

	*n = (struct notify){.fd = -1};
	if (!name)
		return true;
	n->fd = connected(name);
	if (n->fd < 0) {
		buf_printf(error, "NOTIFY_SOCKET=%s: %s", name, strerrordesc_np(errno));
		return false;
	}
	n->alive_ms = wanted_alive_ms();
	return true;
}

void notify_say(const struct notify *n, const char *words)
{
	if (n->fd >= 0)
		(void)!send(n->fd, words, strlen(words), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	n->fd = -1;
}
