// SPDX-License-Identifier: MIT
// The terminal itself: modes in and out, size, bytes that never block.
//
// While open the terminal is in raw mode on the alternate screen; closing, suspending
// and a crash give it back as it was. Owner: the ui; one thread.
#pragma once

#include "common/buf.h"

#include <termios.h>

struct term {
	int fd_in, fd_out;
	int fd_write; // our own non-blocking description of fd_out, or fd_out
	struct termios saved;
	bool is_open;
	bool has_kitty;     // the keyboard protocol was switched on
	bool has_clusters;  // mode 2027 was switched on
	struct buf pending; // not taken by the terminal yet
};

// Whether a terminal of this name (TERM, or NULL) understands what is written here; others
// have line mode.
MUST_USE bool term_has_screen(const char *name);
// False and errno when one of them is no terminal.
MUST_USE bool term_init(struct term *t, int fd_in, int fd_out);
// Raw mode, alternate screen, paste and focus events.
void term_open(struct term *t);
void term_close(struct term *t);
void term_clear(struct term *t);
void term_size(const struct term *t, int *cols, int *rows);
// A cell in pixels; 0: the terminal does not tell.
void term_cell(const struct term *t, int *width, int *height);
// What is printed in a probe, to see where the cursor goes: one of each kind that
// terminals disagree about, the marks around a text that runs from the right, and of the
// scripts a spacing mark, a vowel that is a letter, and a letter behind a joiner.
enum probe_sample {
	SAMPLE_JOINED,
	SAMPLE_TONE,
	SAMPLE_VS16,
	SAMPLE_FLAG,
	SAMPLE_ISOLATE,
	SAMPLE_MARK,
	SAMPLE_VOWEL,
	SAMPLE_LETTER,
	SAMPLE_COUNT
};
// Asks what the terminal can do; the answers come as KEY_REPORT, the last one is DA1.
// Leaves samples on the screen: what is shown has to be drawn again.
void term_probe(struct term *t);
// Asks whether it shows pixels as kitty does; the answer is an APC, as KEY_REPORT, or none.
void term_ask_pixels(struct term *t);
// The samples alone, ended by DA1: a mode that was switched on may have changed them.
void term_probe_widths(struct term *t);
// Queues; term_push writes what the terminal takes now. What has no room any more is left out.
void term_put(struct term *t, struct span bytes);
// The same, room or not: who calls it bounds it, and it must not be cut.
void term_put_whole(struct term *t, struct span bytes);
// True when all is written.
bool term_push(struct term *t);
// The window's title; filtered by the caller.
void term_title(struct term *t, struct span title);
// Gives the terminal back when the process dies of a fault.
void term_guard(void);
// The same where nothing but its modes was changed.
void term_guard_modes(void);
