// SPDX-License-Identifier: MIT
// The rights of an administrator that a session took by OPER. Main thread.
#pragma once

#include "server/hub/people/account.h"

// MODE of its own nick, to s; of a guest's mode as well.
void oper_say(struct session *s, struct account *by, const char *mode);
// Who took an administrator's rights as this account gives them back.
void opers_end(struct account *a);
