// SPDX-License-Identifier: MIT
// Whoever waits until a password can be hashed is told so, where that can be shown.
// Main thread.
#pragma once

#include "server/hub/state/session.h"

// To those who came in this turn and were not served: NOTE ... WAIT, with standard-replies.
void waits_tell(struct hub *h);
// To s, which is in now: how it goes without waiting, if it had to wait for its password.
void wait_advise(struct session *s);
