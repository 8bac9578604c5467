// SPDX-License-Identifier: MIT
// Pictures that a face wants to have shown: fetched into memory, one after another, and drawn
// by a program of its own (client/files/painter.h). What is drawn, and each failure, is told by
// the model (client/model/picture.h).
//
// Owner: the client; one thread.
#pragma once

#include "client/model/picture.h"
#include "client/sync/engine.h"
#include "common/loop.h"

#define GALLERY_WAITING_MAX 32

struct gallery;

// Borrowed until gallery_free.
MUST_USE struct gallery *gallery_new(struct loop *l, struct engine *core);
// What is on its way ends. NULL is accepted.
void gallery_free(struct gallery *g);
// The picture of that message of t, drawn as wished (copied). The answer may come at once.
void gallery_show(struct gallery *g, struct target *t, const struct picture_wish *wish);
