// SPDX-License-Identifier: MIT
// Administrators by a group: whoever an issuer says is in the group that the settings name is
// one, and no longer than it says so. Who was made one by hand stays one. Main thread.
#pragma once

#include "server/hub/people/binding.h"

// What the issuer of b says now; sessions that are in have the rights, or have none, at once.
// Journals.
void group_settle(struct account_binding *b, bool is_admin);
// The account's role was set by hand: that is what holds. Journals.
void group_forget(struct account *a);
