// SPDX-License-Identifier: MIT
// Bytes from the terminal -> keys, pastes, focus changes and answers to the probe.
//
// Any split of the bytes gives the same events. A lone ESC is a key only when nothing
// follows it: the caller waits INPUT_ESC_MS and then says so. So it does INPUT_HELD_MS after
// an answer began that does not end, and after the last bytes of a paste without its end:
// neither eats the keys that follow. Pure; one thread.
#pragma once

#include "common/buf.h"

#define INPUT_ESC_MS 25
#define INPUT_HELD_MS 500           // of silence in a paste, or for the rest of an answer
#define INPUT_PASTE_MAX (64 * 1024) // bytes of one paste; the rest is left out

enum key_code {
	KEY_RUNE, // a character: key.rune
	KEY_ENTER,
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_ESC,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_F1, // F1..F12 follow each other
	KEY_F12 = KEY_F1 + 11,
	KEY_PASTE, // input_text: what was pasted
	KEY_FOCUS_IN,
	KEY_FOCUS_OUT,
	KEY_REPORT, // input_text: the terminal's answer, from behind ESC
	KEY_NONE,   // a sequence that means nothing to us
};

enum key_mod { KEY_SHIFT = 1, KEY_ALT = 2, KEY_CTRL = 4 };

struct keypress {
	enum key_code code;
	unsigned mods;
	uint32_t rune; // lower case with KEY_CTRL
};

enum input_result {
	INPUT_KEY,  // *key holds an event
	INPUT_MORE, // feed more bytes
	INPUT_ESC,  // an ESC waits: call input_flush after INPUT_ESC_MS without bytes
	INPUT_HELD, // an answer is unfinished: call it INPUT_HELD_MS after the first of these
	INPUT_PASTING, // a paste goes on: call it INPUT_HELD_MS after the last of these
};

struct input {
	struct buf bytes;
	struct buf text; // of the last paste or report
	size_t held;     // bytes of an unfinished answer that came with its beginning, or 0
	bool in_paste;
	bool is_flushed;  // an ESC that waits is a key of its own
	bool expects_apc; // the terminal was asked for one: M-_ G may be its beginning
};

void input_clear(struct input *in);
void input_feed(struct input *in, const void *bytes, size_t len);
MUST_USE enum input_result input_next(struct input *in, struct keypress *key);
// Nothing followed: what waits counts as it is. Then call input_next again.
void input_flush(struct input *in);
MUST_USE struct span input_text(const struct input *in);
// This text is a paste, though nothing marked it: input_text gives it as one.
void input_paste(struct input *in, struct span text);
