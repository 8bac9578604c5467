// SPDX-License-Identifier: MIT
// What a refusal of the server says, in a sentence for people (sayings.def).
//
// Pure.
#pragma once

#include "common/buf.h"
#include "common/msg.h"

// Whether the server says no with it: a numeric from 400 on, or FAIL (IRCv3 standard replies).
MUST_USE bool saying_is_refusal(const struct msg *m);
// Appends it: of a numeric that the table has, ours; otherwise the words that came with it.
void saying_add(struct buf *out, const struct msg *m);
// Whether the table has it, with all that its sentence names.
MUST_USE bool saying_has(const struct msg *m);
