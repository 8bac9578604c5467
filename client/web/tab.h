// SPDX-License-Identifier: MIT
// The page's program: model, network and what a user wants put together, as client/app is for a
// terminal. What it looks like is JavaScript's.
//
// One tab, one thread; all of it lives as long as the page.
#pragma once

#include "client/seat/seat.h"

struct tab {
	struct outside outside;
	struct engine core;
	struct seat seat;
	struct arranged *arranged;
	enum login_how how;
	struct buf secret; // of the login, kept for the next one
	char *wanted;      // room to be in, or NULL
	void *second;      // while something changes by itself
	bool has_second;
	void *mark_timer;
	unsigned mark_target;    // its read marker is to be told; 0: none
	bool is_admin, is_guest; // as the server says
};

// The one.
MUST_USE struct tab *tab(void);
// NULL: there is none of this id.
MUST_USE struct target *tab_target(double id);
// Numbers of unsent messages are whole to 2^53, and one is beyond that: -1 to JavaScript.
MUST_USE uint64_t tab_local_id(double id);
MUST_USE double tab_local_number(uint64_t id);
// "message" of LINE_MESSAGE and so on; false: there is no such kind.
MUST_USE const char *tab_kind_name(unsigned kind);
MUST_USE bool tab_kind_named(struct span name, enum line_kind *kind);

// tab_modes.c: what one is on the server.
void tab_ask_modes(struct tab *t);
void tab_hear_modes(struct tab *t, const struct msg *m);

// tab_watch.c: what changes is told to the page.
void tab_watch(struct tab *t);
// A device of the account let this browser in: by this token from now on.
void tab_tell_claimed(struct span name, struct span token);
// Something of a target changed; id may be empty, t NULL.
void tab_tell(const char *what, const struct target *t, struct span id);

// tab_screen.c: what slash commands ask of the page.
MUST_USE const struct screen_acts *tab_screen(void);
