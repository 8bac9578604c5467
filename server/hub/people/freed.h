// SPDX-License-Identifier: MIT
// Freed names: what accounts were called that are called otherwise now, or are deleted.
//
// They are kept back: who comes later would be taken for the one before. Only an administrator
// gives one away, on purpose; an account may have its own again. What is kept is a keyed hash
// and whose name it was, no list of names. Owner: hub.freed; main thread.
#pragma once

#include "server/hub/state/state.h"

// Is it kept back from this account (0: one that is to be made)?
MUST_USE bool name_is_freed(const struct hub *h, struct span name, account_id from);
// Who had it last and has it no more, perhaps deleted; 0: nobody.
MUST_USE account_id name_was_of(const struct hub *h, struct span name);
// The account has it no more; somebody is to have it again. Both journal.
void name_keep_back(struct hub *h, struct span name, account_id was_of);
void name_take(struct hub *h, struct span name);
void freed_load(struct hub *h, const struct entry_freed *row);
void freed_free(struct hub *h);
