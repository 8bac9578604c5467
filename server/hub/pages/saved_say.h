// SPDX-License-Identifier: MIT
// SAVED: how an account's devices learn what it saved (saved.h).
// Main thread.
#pragma once

#include "server/hub/rooms/saved.h"

// SAVED ADD of it to all devices of the account that asked for snug.chat/saved.
void saved_tell(const struct saved *v);
// Removes it, and tells the same devices: SAVED DEL.
void saved_let_go(struct saved *v);
// The message was removed: so for all who saved it.
void saved_redacted(struct hub *h, message_id message);
// All that may be read now, one line each, to this session, and SAVED LIST * behind them.
void saved_say_all(struct session *s);
// At the end of a login: the same, to who asked for snug.chat/saved.
void saved_welcome(struct session *s);
