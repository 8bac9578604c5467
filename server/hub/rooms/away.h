// SPDX-License-Identifier: MIT
// Away: an account is away when all its sessions are (draft/pre-away).
//
// A session that says "AWAY *" does not count as a person: it neither makes the account
// present nor gives the message. Owner: account.away is written here only.
#pragma once

#include "server/hub/people/account.h"

// A session's state changed: works out the account's, and tells the others if `say` and
// it is another than before.
void away_changed(struct account *a, bool say);
void away_set(struct session *s, struct span text); // "" here, "*" not a person
