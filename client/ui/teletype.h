// SPDX-License-Identifier: MIT
// A terminal in line mode, or pipes: whole lines go out, whole lines come in, and no line is
// printed into one that is half typed.
//
// On a terminal the line is edited here, not by the kernel, which tells nobody what was typed
// before Enter: so what comes while somebody types waits for Enter, and goes out after a
// while without a key, with the typed text once more behind it. No cursor moves but the
// backspaces that the kernel would echo. Where the terminal does not echo (whoever runs us
// shows what is typed), and on pipes, lines are read as they come.
// Owner: the client's one thread.
#pragma once

#include "common/buf.h"
#include "common/loop.h"

#define TELETYPE_HOLD_MS 15000

struct teletype_order {
	struct loop *loop;
	int fd_in, fd_out;
	int64_t hold_ms; // how long a half-typed line holds back the others
	void *arg;
	void (*on_text)(void *arg, struct span line); // never empty; borrowed for the call
	void (*on_end)(void *arg);                    // of what is typed
	void (*on_written)(void *arg);                // all that was printed is out
};

struct teletype;

// All is borrowed until it is freed.
MUST_USE struct teletype *teletype_new(const struct teletype_order *order);
// Writes what waits, and gives the terminal back as it was.
void teletype_free(struct teletype *t);
// Whole lines, which end in LF; filtered by the caller.
void teletype_print(struct teletype *t, struct span lines);
// Somebody may be looking at what is printed.
MUST_USE bool teletype_is_terminal(const struct teletype *t);
