// SPDX-License-Identifier: MIT
// The hub without a server: verbs of the command line on a database nobody else has open.
//
// The same hub code as in the running server, with every letter carried by hand: journal
// entries are stored, questions answered and passwords hashed before the next turn.
// Owner: the command line.
#pragma once

#include "server/config.h"
#include "server/letters/admin.h"
#include "server/paths.h"

struct offline;

// The same beside a running server or without one, to try something: nothing is stored, and
// what is done to it is forgotten when it is closed. It knows nobody who is connected.
MUST_USE struct offline *offline_try(const struct paths *p, struct config *c, int *code,
				     char **error);
// Takes the lock and loads the hub. NULL with words in *error (the caller's) and an exit
// code in *code.
MUST_USE struct offline *offline_open(const struct paths *p, struct config *c, int *code,
				      char **error);
// NULL is accepted.
void offline_close(struct offline *o);
// Takes the request; the answer's entries are on disk. NULL with words in *error when the
// disk fails.
MUST_USE struct admin_answer *offline_ask(struct offline *o, struct admin_request *request,
					  char **error);
