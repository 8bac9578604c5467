// SPDX-License-Identifier: MIT
// How one thread speaks to another: letters are put, and taken all at once.
//
// A letter belongs to the receiver once put. The lock inside is the only lock of the
// program. The receiver is woken only when its box goes from empty to non-empty: by the
// bell it polls (mailbox_fd), or by waiting in mailbox_wait.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// First member of every letter.
struct letter {
	struct letter *next;
	int kind; // enum letter_kind in server/letters/letter.h; the client has its own
};

struct mailbox;

MUST_USE struct mailbox *mailbox_new(void);
// Letters still inside leak: take them first.
void mailbox_free(struct mailbox *m);
// Any thread.
void mailbox_put(struct mailbox *m, struct letter *letter);
// All letters, oldest first, linked by next; NULL if none. The receiver only.
MUST_USE struct letter *mailbox_take(struct mailbox *m);
// Blocks until there is one, or `timeout_ms` passed (-1: forever). The receiver only.
MUST_USE struct letter *mailbox_wait(struct mailbox *m, int timeout_ms);
// Readable while letters wait, but for the moment until the sender has rung, and now and then
// when none do; borrowed. mailbox_take clears it.
MUST_USE int mailbox_fd(const struct mailbox *m);
