// SPDX-License-Identifier: MIT
// What the one who started this process wants to be told of it (sd_notify(3)): that it serves,
// that it stops, that it is alive.
//
// One socket, connected before the sandbox: after that none can be made. Nothing is said when
// nobody listens, and nobody is waited for. Owner: the server; main thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

struct notify {
	int fd;           // -1: nobody wants to know
	int64_t alive_ms; // wants to hear that it is alive this often at least; 0: does not
};

// By NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment; *n is set in any case.
// False with words in *error where somebody wants to know, and cannot be told.
MUST_USE bool notify_open(struct notify *n, struct buf *error);
// NAME=VALUE, lines of it. What the listener has no room for is lost.
void notify_say(const struct notify *n, const char *words);
void notify_close(struct notify *n);
