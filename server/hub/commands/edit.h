// SPDX-License-Identifier: MIT
// Edits: a message that carries +draft/edit=<msgid> replaces the text of that one for clients
// that know the tag; for all others it is one more message. Main thread.
#pragma once

#include "server/hub/commands/utterance.h"

// True when u is an edit: it is said (or refused) once the store has shown its original.
MUST_USE bool edit_takes(struct session *s, const struct utterance *u, struct span target);
