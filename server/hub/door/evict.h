// SPDX-License-Identifier: MIT
// Evict: accounts, credentials and addresses that are let in no longer, and the sessions that
// end with them. Main thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/rooms/ban.h"

// Ends all sessions with this reason, and what others may do by its password (OPER);
// returns how many sessions.
size_t account_kick(struct account *a, struct span reason);
// The same for all but this session.
size_t account_kick_others(struct account *a, const struct session *except, struct span reason);
// Ends its sessions, removes memberships and what lists hold of its name, journals, frees.
void account_delete(struct account *a);
// At the hub's end: frees it with all that hangs on it, without a word or an entry.
void account_forget(struct account *a);
// Journals, frees. Ends the sessions that it let in but this one (NULL: all): who lets its
// own go, to log out, still hears the answer.
void credential_delete(struct credential *c, const struct session *except);
// The same of all but those by which `own` came in (NULL: of all); gives how many.
size_t credentials_revoke(struct account *a, const struct session *own);
// Ends the sessions that it means; gives how many.
size_t server_ban_enforce(struct hub *h, const struct ban *b);
