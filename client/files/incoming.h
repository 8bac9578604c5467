// SPDX-License-Identifier: MIT
// A file on its way onto this computer: under another name until it is whole, and never over
// one that is there.
//
// Owner: whoever opened it.
#pragma once

#include "common/span.h"

struct incoming {
	int fd;
	char *temp; // where it is until it is whole
	char *path; // where it shall be
	bool may_be_numbered;
	uint64_t most; // not 0: it is in memory alone, and no longer than that
	uint64_t len;  // so far, of such a one
};

// Where it shall be: at `path`; or, where that is NULL or a folder, in it (NULL: in `folder`,
// which is made) under a safe form of `name`, with a number behind it where that is taken.
struct incoming_place {
	const char *path, *folder;
	const char *name; // NULL: as the server calls it
	uint64_t most;    // not 0: nowhere but in memory, so many bytes at most
};

// False and *error (caller's).
MUST_USE bool incoming_open(struct incoming *in, const struct incoming_place *place,
			    struct span name, char **error);
// The same, as when the disk is full.
MUST_USE bool incoming_write(struct incoming *in, struct span bytes, char **error);
// It is whole: in->path is where it is now, or in->fd, of one in memory. False and *error
// (caller's): it is gone.
MUST_USE bool incoming_keep(struct incoming *in, char **error);
// Takes away what is not whole; a zeroed one, and one that was kept, are fine.
void incoming_close(struct incoming *in);
