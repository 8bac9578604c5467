// SPDX-License-Identifier: MIT
// The other end of admin_socket.h: the command line asks the running server.
#pragma once

#include "common/attr.h"
#include "server/letters/admin.h"

// Asks the server of this socket and waits. NULL and *error in words;
// *unreachable tells that no server listens there.
MUST_USE struct admin_answer *admin_ask(const char *path, const struct admin_request *request,
					bool *unreachable, char **error);
// Whether somebody listens there.
MUST_USE bool admin_is_there(const char *path);
