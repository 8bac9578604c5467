// SPDX-License-Identifier: MIT
// Tells the server what the user has read (draft/read-marker), a little late, so that
// scrolling and switching about cost one line.
//
// Owner: the client's one thread.
#pragma once

#include "client/model/model.h"
#include "client/net/uplink.h"

struct marks;

// Borrowed until marks_free.
MUST_USE struct marks *marks_new(struct uplink *s);
// What waits is told, if that is possible.
void marks_free(struct marks *m);
// Everything in t up to at_ms (wall time) was read.
void marks_read(struct marks *m, const struct target *t, int64_t at_ms);
// QUESTION_READ was answered: with y, all that is here of every target is read.
void marks_answer(struct marks *m, struct model *model, char choice);
// Tells what waits now: before the connection is closed.
void marks_flush(struct marks *m);
