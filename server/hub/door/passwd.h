// SPDX-License-Identifier: MIT
// Passwd: who knows the password of an account gives it a new one, and ends its other
// connections; its other devices and tokens go with the old one when that is wished. For
// the command PASSWD and for NickServ. Main thread.
#pragma once

#include "server/hub/state/session.h"

struct passwd_end {
	const char *code;         // NULL: it was changed; else that of a FAIL
	const char *words;        // without a full stop
	bool revokes;             // it was wished
	size_t n_revoked, n_left; // devices and tokens but the one in use
	int64_t in_force_ms;      // wall: not before then; 0: now
};

// Calls `told` once, at once or in a later turn, unless s is gone by then; what the disk
// cannot take is told as FAIL PASSWD. Borrows its spans for the call only.
void passwd_change(struct session *s, struct span old, struct span fresh, bool revokes,
		   passwd_fn *told);
// The same without the old one: at once for who has proved just now that it is them, in a day
// by a device that is old enough (forgotten.h), or refused.
void passwd_renew(struct session *s, struct span fresh, bool revokes, passwd_fn *told);
// A change that will not be finished. Harmless when there is none.
void passwd_forget(struct session *s);
