// SPDX-License-Identifier: MIT
// The hub without a server: verbs of the command line on a database nobody else has open.
//
// The same hub code as in the running server, with every letter carried by hand: journal
// entries are stored, questions answered and passwords hashed before the next turn.
// Owner: the command line.
#pragma once

#include "server/config.h"
#include "server/hub/people/rehearsal.h"
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
// Takes out the next lines; false: no more are wanted.
typedef bool offline_put_fn(void *arg, struct buf *lines);
// All that is stored of the person (dossier.h), page by page: ADMIN_DONE, ADMIN_NOT_FOUND, or
// ADMIN_FAILED: the history cannot be read. Of a hub that is only tried.
MUST_USE enum admin_code offline_dossier(struct offline *o, struct span name,
					 offline_put_fn *put, void *arg);
// What logins would find, of a hub that is only tried; and what a wrong password is answered,
// with the account's name in *name (borrowed; NULL: nobody has a password).
enum hash_result offline_rehearse(struct offline *o, struct rehearsal *found,
				  const char **name);
// What no key opens: second factors; what issuers are asked again with.
struct sealed {
	size_t factors, sign_ins;
};
// By the keys of that state. Of a hub that is only tried.
MUST_USE struct sealed offline_sealed(struct offline *o, const struct paths *keys);
// Takes the request; the answer's entries are on disk. NULL with words in *error when the
// disk fails.
MUST_USE struct admin_answer *offline_ask(struct offline *o, struct admin_request *request,
					  char **error);
