// SPDX-License-Identifier: MIT
// Several acts in one request: the lines of a batch, or the words of a verb that does the same
// to each of them.
//
// Each is a call of its own, and a row of the whole answer. A batch is one moment: its acts
// stand in one turn of the hub, so that all that they change is one transaction; the first
// that is refused ends it (the command line has tried it before, on a hub of its own). Of
// words each is done by itself, and one that is refused leaves the others alone. Main thread.
#pragma once

#include "server/hub/admin/admin.h"

// Is it one of a batch?
MUST_USE bool acts_are_one(const struct acts *all);
// Is the request a batch?
MUST_USE bool acts_are_lines(const struct admin_request *request);
// Does for each word what the call, which is not begun, says of all of them; its verb has
// n_name words. Takes c.
void acts_of_words(struct verb_call *c, size_t n_name);
// Does what begins with each line end of c's request. Takes c.
void acts_of_lines(struct verb_call *c);

// One has its answer; then, when its call is freed, the next may begin.
void acts_ended(struct acts *all, const struct verb_call *c);
void acts_go_on(struct acts *all);
