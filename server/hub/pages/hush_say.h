// SPDX-License-Identifier: MIT
// QUIET: how an account's devices learn what it is not to be disturbed by (hush.h).
// Main thread.
#pragma once

#include "server/hub/people/hush.h"

// The word on the wire: "ignore", "mute", "dnd", "hours", "push".
MUST_USE const char *hush_word(enum hush_kind kind);
MUST_USE bool hush_kind_of(struct span word, enum hush_kind *kind);
// QUIET ADD, or DEL, of it to all devices of the account that asked for snug.chat/quiet. What
// it is about may be gone: then nothing is said.
void hush_tell(struct account *a, const struct hush *h, const char *verb);
// All that hold, one line each, to this session, and QUIET LIST * behind them.
void hush_say_all(struct session *s);
// At the end of a login: the same, to who asked for snug.chat/quiet.
void hush_welcome(struct session *s);
