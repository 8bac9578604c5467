// SPDX-License-Identifier: MIT
#include "server/handed_in.h"

#include "common/span.h"

#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_FD 3 // SD_LISTEN_FDS_START

// How many were handed in to this process.
static uint64_t wanted(void)
{
	const char *whom = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	uint64_t pid, n;

	if (!whom || !count || !span_to_u64(span_of(whom), &pid) || pid != (uint64_t)getpid() ||
	    !span_to_u64(span_of(count), &n))
		return 0;
	return n;
}

static int option(int fd, int level, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) < 0 ? 0 : value;
}

// What is wrong with it, and how to mend it; NULL: nothing.
static const char *find_fault(int fd)
{
	int domain = option(fd, SOL_SOCKET, SO_DOMAIN);

	if (option(fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM ||
	    (domain != AF_INET && domain != AF_INET6))
		return "is no TCP socket: name it as ListenStream=ADDRESS:PORT";
	if (!option(fd, SOL_SOCKET, SO_ACCEPTCONN))
		return "does not listen: take Accept=yes away";
	if (domain == AF_INET6 && !option(fd, IPPROTO_IPV6, IPV6_V6ONLY))
		return "takes in IPv4 too: give it BindIPv6Only=ipv6-only, and IPv4 a "
		       "ListenStream= of its own";
	return NULL;
}

static bool take_in(struct handed_in *h, int fd, struct span name, struct buf *error)
{
	struct handed_socket *s = &h->sockets[h->count++];
	const char *fault = find_fault(fd);
	bool is_set;

	s->fd = fd;
	snprintf(s->name, sizeof(s->name), SPAN_FMT, SPAN_ARG(name));
	if (fault) {
		buf_printf(error, "the socket that was handed in as %s (LISTEN_FDS) %s",
			   s->name, fault);
		return false;
	}
	// Of a socket that listens none of these can fail.
	is_set = fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
		 net_bound(fd, &s->address);
	assert(is_set);
	return true;
}

bool handed_in_read(struct handed_in *h, struct buf *error)
{
	const char *given = getenv("LISTEN_FDNAMES");
	struct span names = span_of(given ? given : "");
	uint64_t count = wanted();

	h->count = 0;
	if (count > HANDED_IN_MAX) {
		buf_printf(error, "LISTEN_FDS: at most %d sockets are taken", HANDED_IN_MAX);
		return false;
	}
	for (uint64_t i = 0; i < count; i++) {
		struct span name = span_cut(&names, ':');

		if (!take_in(h, FIRST_FD + (int)i, name.len ? name : SPAN("unknown"), error))
			return false;
	}
	return true;
}

int handed_in_take(struct handed_in *h, const struct net_address *address)
{
	char wanted_text[NET_TEXT_MAX], text[NET_TEXT_MAX];

	net_text(address, wanted_text);
	for (size_t i = 0; i < h->count; i++) {
		int fd = h->sockets[i].fd;

		net_text(&h->sockets[i].address, text);
		if (fd < 0 || strcmp(text, wanted_text) != 0)
			continue;
		h->sockets[i].fd = -1;
		return fd;
	}
	return -1;
}

bool handed_in_is_empty(const struct handed_in *h, struct buf *error)
{
	for (size_t i = 0; i < h->count; i++) {
		char text[NET_TEXT_MAX];

		if (h->sockets[i].fd < 0)
			continue;
		net_text(&h->sockets[i].address, text);
		buf_printf(error,
			   "the socket that was handed in as %s listens on %s, which is no "
			   "address of `listen`: name it there, or change the socket unit\n"
			   "  systemctl edit %s",
			   h->sockets[i].name, text, h->sockets[i].name);
		return false;
	}
	return true;
}

void handed_in_clear(struct handed_in *h)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->sockets[i].fd >= 0)
			close(h->sockets[i].fd);
	}
	h->count = 0;
}
