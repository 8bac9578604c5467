// SPDX-License-Identifier: MIT
// What the verbs of accounts share.
#pragma once

#include "server/hub/admin/admin.h"
#include "server/hub/people/account.h"
#include "server/hub/rooms/server_ban.h"

MUST_USE const char *verb_class(enum account_class class);
// How much of each room it is shown at a login, as --replay takes it.
void verb_put_replay(const struct account *a, struct buf *out);
// False: without this one nobody is left who may administer, and that is not confirmed: then
// c ended.
MUST_USE bool verb_leaves_an_admin(struct verb_call *c, const struct account *a);
