// SPDX-License-Identifier: MIT
// Snug: the verbs of the command line in chat. Main thread.
#pragma once

#include "server/hub/state/session.h"

// The words of a message as one verb.
void service_admin(struct session *s, struct span text);
