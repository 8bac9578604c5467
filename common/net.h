// SPDX-License-Identifier: MIT
// Sockets: listen, accept, connect; addresses as text.
//
// All descriptors are non-blocking and close-on-exec, TCP_NODELAY is set on streams.
// Failures are errno values. Any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define NET_TEXT_MAX 64 // "[2001:db8::1]:6697"

struct net_address {
	_Alignas(8) unsigned char bytes[128]; // a struct sockaddr_storage
	unsigned len;
};

// "ADDR:PORT", "[ADDR6]:PORT"; numeric, port 0 picks one. False if malformed.
MUST_USE bool net_parse(struct net_address *a, struct span text);
void net_text(const struct net_address *a, char out[static NET_TEXT_MAX]);
// The address without its port.
void net_host_text(const struct net_address *a, char out[static NET_TEXT_MAX]);
// What limits count by: an IPv4 address, or the /64 of an IPv6 one, as a number keyed
// to stay equal within a process.
MUST_USE uint64_t net_source(const struct net_address *a);
// The same for the /48 of an IPv6 address; any other: its net_source.
MUST_USE uint64_t net_source_wide(const struct net_address *a);

// The descriptor, or -1 and errno. SO_REUSEADDR; IPv6 sockets are IPV6_V6ONLY.
MUST_USE int net_listen(const struct net_address *a);
// The same in two steps: until the second whoever connects is refused.
MUST_USE int net_bind(const struct net_address *a);
MUST_USE bool net_open(int fd);
// The same address with the port that was bound.
MUST_USE bool net_bound(int fd, struct net_address *a);
// -1 and errno: EAGAIN when none waits, EMFILE/ENFILE when out of descriptors.
MUST_USE int net_accept(int fd, struct net_address *peer);
// Starts to connect; readiness to write ends it (then net_connected). -1 and errno.
MUST_USE int net_connect(const struct net_address *a);
// 0, or the errno of the attempt.
MUST_USE int net_connected(int fd);
// Whether bytes for the peer wait in the socket and its system has answered lately: then
// it is slow, and not gone.
MUST_USE bool net_is_slow(int fd, int64_t lately_ms);
// Blocking look-up of a host name; up to `max` addresses. 0, or a getaddrinfo error
// code (gai_strerror). The client calls it in a thread of its own.
MUST_USE int net_resolve(const char *host, const char *port, struct net_address *out, int max,
			 int *count);
