// SPDX-License-Identifier: MIT
// The running server's ear for the command line: DIR/admin.sock, one request a
// connection, JSON as of admin_json.h.
//
// Only the server's own user and root get in (the socket is 0600 in a 0700 directory,
// and the peer's uid is asked). Requests and answers are bounded; whoever is slow waits
// alone.
// Owner: the main thread.
#pragma once

#include "common/loop.h"
#include "server/letters/admin.h"

struct admin_socket;

// A request came: the callee takes it. Its ticket comes back with the answer.
typedef void admin_ask_fn(void *arg, struct admin_request *request);

// Replaces a socket that a dead server left. NULL and *error (the caller's).
MUST_USE struct admin_socket *admin_socket_new(struct loop *loop, const char *path,
					       admin_ask_fn *fn, void *arg, char **error);
// Removes the file. NULL is accepted.
void admin_socket_free(struct admin_socket *s);
// Sends the answer to whoever asked, if it is still there; takes it.
void admin_socket_answer(struct admin_socket *s, struct admin_answer *answer);
// Answers all who asked before that time (mono ms) and wait yet, with these words; what comes
// for them later goes nowhere.
void admin_socket_give_up(struct admin_socket *s, int64_t before_ms, struct span words);
// Whether answers have yet to leave.
MUST_USE bool admin_socket_is_busy(const struct admin_socket *s);
