// SPDX-License-Identifier: MIT
// All devices of an account are told of a new one. Main thread.
#pragma once

#include "server/hub/people/credential.h"

// Who is here at once, also by a reply that is shown where one looks; the others at their next
// login; `except`, which knows, not: NULL: nobody does. `words` say what came to be, `undo` how
// it is taken away; neither ends in a full stop.
void device_told(const struct credential *c, const struct session *except, const char *words,
		 const char *undo);
// s let in the key that it shows: the log has it, and the account's other devices are told,
// where it has others.
void device_added(struct session *s, const struct credential *c);
