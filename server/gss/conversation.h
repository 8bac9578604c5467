// SPDX-License-Identifier: MIT
// What one client's GSS-API and ours say to each other, a step at a time.
#pragma once

#include "server/gss/acceptor.h"

// The answer to one question, whose context it takes. Blocks on files alone.
MUST_USE struct identity_answer *conversation_step(const struct acceptor_settings *settings,
						   struct identity_question *q);
