// SPDX-License-Identifier: MIT
#include "client/outside/route.h"

#include "common/die.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETTLE_MS 200

struct route {
	struct loop_fd *watch;
	struct loop_timer *settled;
	int fd; // -1: none
};

// What changed does not matter, only that something did.
static void on_change(void *arg, unsigned events UNUSED)
{
	struct route *r = arg;
	char bytes[8192];

	while (recv(r->fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		loop_timer_set(r->settled, SETTLE_MS);
}

static int open_netlink(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK,
				      .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
						   RTMGRP_LINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct route *route_new(struct loop *l, loop_fn *fn, void *arg)
{
	struct route *r = xcalloc(1, sizeof(*r));

	r->settled = loop_timer_new(l, fn, arg);
	r->fd = open_netlink();
	if (r->fd >= 0)
		r->watch = loop_add(l, r->fd, LOOP_READ, on_change, r);
	return r;
}

void route_free(struct route *r)
{
	if (!r)
		return;
	loop_remove(r->watch);
	loop_timer_free(r->settled);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}
