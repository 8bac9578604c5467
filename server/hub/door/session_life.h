// SPDX-License-Identifier: MIT
// A session's life: it comes and goes with its connection. Main thread.
#pragma once

#include "server/hub/state/session.h"

void session_opened(struct hub *h, conn_id id, const struct inbox_opened *opened);
// The connection is gone: leaves presence, frees. The reason is for those who see QUIT.
void session_closed(struct session *s, struct span reason);
// Sends ERROR, closes once that has left; `reason` is what others see.
void session_close(struct session *s, struct span reason);
// The same; who ends it is told to a peer whose transport has a word for that.
void session_close_as(struct session *s, enum parting parting, struct span reason);
// Takes part as its account from now on: in account.sessions, rooms, presence.
void session_attach(struct session *s);
// Without a word: for session_closed, and at the hub's end.
void session_free(struct session *s);
