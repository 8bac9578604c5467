// SPDX-License-Identifier: MIT
// Which user the process is. Whoever was started as root becomes the owner of the state
// directory before it touches anything there: what it makes belongs to the right user, and
// nothing that stands there makes root do something.
//
// Before the first thread of the process only.
#pragma once

#include "common/attr.h"
#include "common/buf.h"

#include <sys/types.h>

struct owner {
	uid_t uid;
	gid_t gid;
	char name[64]; // or the number, of a user without a name
};

// `name` is a name or a number. False with words in *error.
MUST_USE bool owner_named(struct owner *o, const char *name, struct buf *error);
// The owner of a path; of one that is not there: root.
void owner_of(struct owner *o, const char *path);
// The user of this process.
void owner_self(struct owner *o);
// From root to that user: groups, user, and all capabilities but the one to listen on
// ports below 1024. From another user only to itself. False with words in *error.
MUST_USE bool owner_become(const struct owner *o, struct buf *error);
// Gives up what is left of root for good: no capability, no new privileges.
MUST_USE bool owner_drop_rights(void);
