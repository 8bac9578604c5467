// SPDX-License-Identifier: MIT
// Line mode: one finished line of text per event, for screen readers, serial lines,
// pipes and logs. No cursor movement, no colour; a line that is half typed stays whole
// (teletype.h), and messages have short names by which commands mean them (handles.h).
//
// On a terminal what was printed is read, as on a screen; a pipe may have nobody at its end.
// Owner: the client's one thread.
#pragma once

#include "client/model/intent.h"
#include "common/buf.h"
#include "common/loop.h"

struct plain;

// Reads whole lines from fd_in (a line is intents.typed in the current target), writes
// to fd_out. Borrowed until plain_free.
MUST_USE struct plain *plain_new(struct loop *l, struct model *m, const struct intents *intents,
				 int fd_in, int fd_out);
void plain_free(struct plain *p);
// Whether messages get names behind them from now on.
void plain_set_handles(struct plain *p, bool on);

// What commands ask of lines, as client/slash/screen_acts.h has it.
MUST_USE bool plain_act(struct plain *p, struct span name);
MUST_USE bool plain_message_act(struct plain *p, struct span name, struct span text);
MUST_USE bool plain_go(struct plain *p, struct span where);
void plain_search(struct plain *p, struct span words);
void plain_say(struct plain *p, struct span text);
