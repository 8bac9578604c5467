// SPDX-License-Identifier: MIT
// Unsent messages, and the last stored ones, in a file: STATE/PROFILE/outbox, JSON Lines, 0600.
//
// What is to be kept is written at once and on disk (fsync) at the end of the loop's turn, all
// of the turn together; then unsent_kept() is called. One process owns the file (flock). A
// second process takes another one, and whoever starts takes over what a dead one left.
// Owner: the client's one thread.
#pragma once

#include "client/sync/unsent.h"
#include "common/loop.h"

struct unsent_file;

// Gives what the folder holds to `u` and is its store from now on; borrowed until
// unsent_file_close, which comes before unsent_free. NULL and *error (the caller's) when the
// folder cannot be used. What is opened before the connection is on disk before it leaves.
MUST_USE struct unsent_file *unsent_file_open(struct loop *l, struct unsent *u, const char *dir,
					      char **error);
// Keeps the file, and what was not on disk yet. NULL is accepted.
void unsent_file_close(struct unsent_file *f);
// Lines that could not be read and are left out.
MUST_USE size_t unsent_file_n_broken(const struct unsent_file *f);
