// SPDX-License-Identifier: MIT
// Lockdown: in an emergency nobody new is let in, or nobody but administrators. It is stored,
// and lasts until it is taken back.
//
// No account is made and no invite taken; a password lets in only from where the account's did
// before (throttle.h), while certificates and tokens go on. Who is in stays, unless dropped.
// Owner: hub.lockdown; main thread.
#pragma once

#include "server/hub/state/session.h"

#define SETTING_LOCKDOWN "lockdown"

// Begins, or changes into, this one; LOCKDOWN_OFF ends it. Journals, and tells all who are in.
void lockdown_set(struct hub *h, enum lockdown_kind kind);
// Ends the connections of all but administrators; gives how many.
size_t lockdown_drop(struct hub *h);
// Why nobody can come in newly, for them to read; NULL: they can.
MUST_USE const char *lockdown_newcomer(const struct hub *h);
// The same for the password of this account, not looked at yet, and for an account that proved
// who it is. Each that is refused is counted.
MUST_USE const char *lockdown_password(struct session *s, struct span name, struct span secret);
MUST_USE const char *lockdown_member(struct session *s);
// Who just came is told.
void lockdown_tell(struct session *s);
// "off", "strangers since ...", "members since ...".
void lockdown_words(const struct hub *h, struct buf *out);
// The value of the setting. False: it is none.
MUST_USE bool lockdown_load(struct hub *h, struct span value);
