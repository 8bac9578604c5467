// SPDX-License-Identifier: MIT
// A stop that is announced: who is connected hears of it at once and a minute before, who comes
// meanwhile at the login; then the server is asked to stop. It is nowhere stored: whatever ends
// the server ends it, too.
//
// Owner: hub.leaving; main thread.
#pragma once

#include "server/hub/state/state.h"

// In so many ms, to be back so many ms after that (0: who knows). One that was announced before
// is forgotten.
void leaving_start(struct hub *h, int64_t in_ms, int64_t back_ms);
// False: none was announced.
MUST_USE bool leaving_cancel(struct hub *h);
// Who just came is told, if there is something to tell.
void leaving_tell(struct session *s);
// Wall time of the stop; 0: none was announced.
MUST_USE int64_t leaving_at(const struct hub *h);
