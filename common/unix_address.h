// SPDX-License-Identifier: MIT
// The address of a socket file, also where its path is longer than the 107 bytes that
// such an address holds: then by way of its directory's descriptor in /proc.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

struct unix_address {
	struct sockaddr_un un;
	socklen_t len;
	int dir_fd; // -1: none was needed
};

void unix_address_init(struct unix_address *a, const char *path);
// After bind or connect.
void unix_address_clear(struct unix_address *a);
const struct sockaddr *unix_address(const struct unix_address *a);
