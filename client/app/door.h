// SPDX-License-Identifier: MIT
// The running program's door: a Unix socket on which the verbs of the same user ask it
// instead of logging in again (RUNTIME/PROFILE.sock, 0600).
//
// JSON Lines both ways: requests in, answers out (requests.h). A caller that does not
// read is let go. Owner: the client's one thread.
#pragma once

#include "client/api/requests.h"
#include "common/loop.h"

struct door;

// NULL when it cannot be opened or another program of ours answers there already.
MUST_USE struct door *door_open(struct loop *l, const char *path, struct requests *r);
// Removes the socket. NULL is accepted.
void door_close(struct door *d);
// A connection to the one that listens at `path` and is awake, blocking; -1 when there is
// none.
MUST_USE int door_knock(const char *path);
// "RUNTIME/PROFILE.sock", or NULL when that is too long for a socket; the caller's.
MUST_USE char *door_path(const char *runtime_dir, const char *profile);
