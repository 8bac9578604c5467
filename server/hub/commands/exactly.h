// SPDX-License-Identifier: MIT
// Exactly once: a message that its sender named is stored once, however often it is sent.
//
// The name (snug.chat/id) is unique for the account. One that the hub has not seen lately is
// looked up in the store before the message is said; one that it has seen waits until the
// first is applied and is then answered with what was stored.
// Main thread.
#pragma once

#include "server/hub/commands/utterance.h"

// Says u to target, or answers s with what an earlier message of this name (if it has
// one) became.
void exactly_say(struct session *s, const struct utterance *u, struct span target);
