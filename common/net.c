// SPDX-License-Identifier: MIT
#include "common/net.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST_MAX INET6_ADDRSTRLEN

_Static_assert(sizeof(((struct net_address *)0)->bytes) == sizeof(struct sockaddr_storage),
	       "net_address holds any address");

static struct sockaddr *as_sockaddr(struct net_address *a)
{
	return (struct sockaddr *)(void *)a->bytes;
}

static const struct sockaddr *as_const(const struct net_address *a)
{
	return (const struct sockaddr *)(const void *)a->bytes;
}

static bool parse_port(struct span text, in_port_t *port)
{
	uint64_t n;

	if (text.len > 5 || !span_to_u64(text, &n) || n > UINT16_MAX)
		return false;
	*port = htons((uint16_t)n);
	return true;
}

// Parts of "HOST:PORT" or "[HOST]:PORT"; false without a port.
static bool split(struct span text, struct span *host, struct span *port, bool *has_brackets)
{
	size_t colon = text.len;

	while (colon && text.at[colon - 1] != ':')
		colon--;
	if (!colon)
		return false;
	*port = span_after(text, colon);
	*host = span_from(text.at, colon - 1);
	*has_brackets = host->len >= 2 && host->at[0] == '[' && host->at[host->len - 1] == ']';
	if (*has_brackets)
		*host = span_from(host->at + 1, host->len - 2);
	return true;
}

bool net_parse(struct net_address *a, struct span text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct span host, port;
	char name[HOST_MAX];
	bool is_v6;

	*a = (struct net_address){0};
	if (!split(text, &host, &port, &is_v6) || host.len >= sizeof(name) || !host.len)
		return false;
	if (memchr(host.at, '\0', host.len))
		return false;
	memcpy(name, host.at, host.len);
	name[host.len] = '\0';
	if (is_v6) {
		if (!parse_port(port, &v6.sin6_port) ||
		    inet_pton(AF_INET6, name, &v6.sin6_addr) != 1)
			return false;
		memcpy(a->bytes, &v6, a->len = sizeof(v6));
		return true;
	}
	if (!parse_port(port, &v4.sin_port) || inet_pton(AF_INET, name, &v4.sin_addr) != 1)
		return false;
	memcpy(a->bytes, &v4, a->len = sizeof(v4));
	return true;
}

// The address without brackets, and its port.
static in_port_t host_and_port(const struct net_address *a, char host[static HOST_MAX])
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (as_const(a)->sa_family == AF_INET) {
		memcpy(&v4, a->bytes, sizeof(v4));
		inet_ntop(AF_INET, &v4.sin_addr, host, HOST_MAX);
		return ntohs(v4.sin_port);
	}
	if (as_const(a)->sa_family == AF_INET6) {
		memcpy(&v6, a->bytes, sizeof(v6));
		inet_ntop(AF_INET6, &v6.sin6_addr, host, HOST_MAX);
		return ntohs(v6.sin6_port);
	}
	snprintf(host, HOST_MAX, "local");
	return 0;
}

void net_text(const struct net_address *a, char out[static NET_TEXT_MAX])
{
	char host[HOST_MAX];
	in_port_t port = host_and_port(a, host);
	bool is_v6 = as_const(a)->sa_family == AF_INET6;

	snprintf(out, NET_TEXT_MAX, is_v6 ? "[%s]:%u" : "%s:%u", host, (unsigned)port);
}

void net_host_text(const struct net_address *a, char out[static NET_TEXT_MAX])
{
	char host[HOST_MAX];

	(void)host_and_port(a, host);
	snprintf(out, NET_TEXT_MAX, "%s", host);
}

static uint64_t keyed(const unsigned char *bytes, size_t len)
{
	// 16 random bytes the kernel gives each process: a key that needs no variable.
	const unsigned char *key = (const unsigned char *)getauxval(AT_RANDOM);
	uint64_t source;

	assert(key);
	crypto_shorthash((unsigned char *)&source, bytes, len, key);
	return source;
}

static uint64_t source_of_v6(const struct net_address *a, size_t n_bytes)
{
	unsigned char part[9] = {AF_INET6};
	struct sockaddr_in6 v6;

	memcpy(&v6, a->bytes, sizeof(v6));
	memcpy(part + 1, &v6.sin6_addr, n_bytes);
	return keyed(part, 1 + n_bytes);
}

uint64_t net_source(const struct net_address *a)
{
	unsigned char part[9] = {(unsigned char)as_const(a)->sa_family};
	struct sockaddr_in v4;

	if (as_const(a)->sa_family == AF_INET6)
		return source_of_v6(a, 8);
	if (as_const(a)->sa_family == AF_INET) {
		memcpy(&v4, a->bytes, sizeof(v4));
		memcpy(part + 1, &v4.sin_addr, 4);
	}
	return keyed(part, sizeof(part));
}

uint64_t net_source_wide(const struct net_address *a)
{
	return as_const(a)->sa_family == AF_INET6 ? source_of_v6(a, 6) : net_source(a);
}

static void set_flag(int fd, int level, int option)
{
	const int on = 1;

	// Fails on sockets that are no TCP, which need none of them.
	(void)setsockopt(fd, level, option, &on, sizeof(on));
}

static int close_failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int new_stream(const struct net_address *a)
{
	int fd = socket(as_const(a)->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		set_flag(fd, IPPROTO_TCP, TCP_NODELAY);
	return fd;
}

int net_bind(const struct net_address *a)
{
	int fd = new_stream(a);

	if (fd < 0)
		return -1;
	set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
	if (as_const(a)->sa_family == AF_INET6)
		set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	return bind(fd, as_const(a), a->len) < 0 ? close_failed(fd) : fd;
}

bool net_open(int fd)
{
	return listen(fd, SOMAXCONN) == 0;
}

int net_listen(const struct net_address *a)
{
	int fd = net_bind(a);

	return fd < 0 || net_open(fd) ? fd : close_failed(fd);
}

bool net_bound(int fd, struct net_address *a)
{
	socklen_t len = sizeof(a->bytes);

	*a = (struct net_address){0};
	if (getsockname(fd, as_sockaddr(a), &len) < 0)
		return false;
	a->len = len;
	return true;
}

int net_accept(int fd, struct net_address *peer)
{
	socklen_t len = sizeof(peer->bytes);
	int stream;

	*peer = (struct net_address){0};
	// One that gave up while it waited is no reason to stop.
	do {
		stream = accept4(fd, as_sockaddr(peer), &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (stream < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (stream < 0)
		return -1;
	peer->len = len;
	set_flag(stream, IPPROTO_TCP, TCP_NODELAY);
	return stream;
}

int net_connect(const struct net_address *a)
{
	int fd = new_stream(a);

	if (fd < 0)
		return -1;
	if (connect(fd, as_const(a), a->len) < 0 && errno != EINPROGRESS)
		return close_failed(fd);
	return fd;
}

int net_connected(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	return error;
}

bool net_is_slow(int fd, int64_t lately_ms)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);
	int waiting = 0;

	if (ioctl(fd, SIOCOUTQ, &waiting) < 0 || waiting <= 0)
		return false;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return false;
	return info.tcpi_last_ack_recv <= lately_ms;
}

int net_resolve(const char *host, const char *port, struct net_address *out, int max,
		int *count)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	int error = getaddrinfo(host, port, &hints, &found);

	*count = 0;
	if (error)
		return error;
	for (const struct addrinfo *i = found; i && *count < max; i = i->ai_next) {
		struct net_address *a = &out[*count];

		if (i->ai_addrlen > sizeof(a->bytes))
			continue;
		*a = (struct net_address){.len = i->ai_addrlen};
		memcpy(a->bytes, i->ai_addr, i->ai_addrlen);
		(*count)++;
	}
	freeaddrinfo(found);
	return 0;
}
