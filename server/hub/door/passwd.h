// SPDX-License-Identifier: MIT
// Passwd: who knows the password of an account gives it a new one, and ends its other
// connections. For the command PASSWD and for NickServ. Main thread.
#pragma once

#include "common/span.h"

struct session;

// code NULL: it was changed; else that of a FAIL, and words without a full stop.
typedef void passwd_fn(struct session *s, const char *code, const char *words);

// Calls `told` once, at once or in a later turn, unless s is gone by then; what the disk
// cannot take is told as FAIL PASSWD. Borrows its spans for the call only.
void passwd_change(struct session *s, struct span old, struct span fresh, passwd_fn *told);
// A change that will not be finished. Harmless when there is none.
void passwd_forget(struct session *s);
