// SPDX-License-Identifier: MIT
// Whom a server serves as: the user that was named, else the `user` of a configuration that
// only root can have written, else whose the state directory is. For the server itself and for
// `snugd check`, which looks with that user's eyes.
#pragma once

#include "server/owner.h"
#include "server/paths.h"

// `named` by the command line, or NULL. *is_told: somebody said so. Who is not root is
// itself. False with words in *error when there is no such user.
MUST_USE bool serving_as(struct owner *o, const struct paths *p, const char *named,
			 bool *is_told, struct buf *error);
