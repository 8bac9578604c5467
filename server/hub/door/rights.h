// SPDX-License-Identifier: MIT
// Rights: the sessions of an administrator have those of the role, where the server does not
// want a second factor of it that it lacks (factor_gives_rights). Main thread.
#pragma once

#include "server/hub/people/account.h"

// The role, the second factor or the setting changed: takes or gives what its sessions have.
void rights_settle(struct account *a);
// The same for all accounts.
void rights_settle_all(struct hub *h);
// s is in: an administrator without rights is told why.
void rights_welcome(struct session *s);
