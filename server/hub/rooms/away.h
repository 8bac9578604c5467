// SPDX-License-Identifier: MIT
// Away: an account is away when all its sessions are (draft/pre-away).
//
// A session that says "AWAY *" does not count as a person: it neither makes the account
// present nor gives the message. Owner: account.away is written here only.
#pragma once

#include "server/hub/people/account.h"

// A session came, went or changed: works out the account's state. Who sees the account hears
// of another one.
void away_changed(struct account *a);
// AWAY as it is now, to each of them once.
void away_tell(struct account *a);
void away_set(struct session *s, struct span text); // "" here, "*" not a person
