// SPDX-License-Identifier: MIT
// The rooms that an account was invited to and is not in yet; told page by page (telling.h).
#pragma once

#include "server/hub/state/session.h"

// RPL_INVITELIST each, and the end.
void invitations_say(struct session *s);
// A login with snug.chat/invited: INVITED lines, with who invited and when.
void invitations_welcome(struct session *s);
