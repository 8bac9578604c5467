// SPDX-License-Identifier: MIT
// What is offered hangs on the configuration, and may change while clients are there.
// Owner: the hub; main thread.
#pragma once

#include "server/hub/state/state.h"

// The configuration is another one since registration was `before`: what is offered no more, or
// now, is told to who asked for cap-notify (CAP NEW and DEL, IRCv3 capability-negotiation).
void caps_configured(struct hub *h, enum registration before);
