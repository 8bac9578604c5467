// SPDX-License-Identifier: MIT
// What goes between snugd and a program beside it: one packet of fixed size, either way.
//
// Neither side believes the other: what is not exactly a letter of the kind that the reader
// waits for ends the conversation. Pure.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define BESIDE_LETTER_LEN 512
#define BESIDE_TEXT_LEN (BESIDE_LETTER_LEN - 16)

enum beside_kind {
	BESIDE_ECHO = 1, // to the program: say this again
	BESIDE_ECHOED =
		2, // to snugd: the same number and text, and the walls around the program
	BESIDE_ERRAND = 3,      // errand_letter.h
	BESIDE_ERRAND_DONE = 4, // the same
	BESIDE_DOOR = 5,        // door_letter.h
	BESIDE_DOOR_DONE = 6,   // the same
};

enum beside_walls {
	BESIDE_WALL_FILES = 1, // Landlock: no file at all
	BESIDE_WALL_CALLS = 2, // seccomp
};

struct beside_letter {
	uint16_t kind;  // enum beside_kind
	uint16_t len;   // of text; all behind it is zero
	uint32_t walls; // of BESIDE_ECHOED, else 0
	uint64_t number;
	char text[BESIDE_TEXT_LEN]; // UTF-8 without NUL
};

// A text that is too long is cut between characters.
void beside_letter_write(struct beside_letter *l, enum beside_kind kind, uint64_t number,
			 struct span text);
// True when the bytes are one whole letter of this kind.
MUST_USE bool beside_letter_read(struct beside_letter *l, struct span bytes,
				 enum beside_kind kind);
MUST_USE struct span beside_letter_text(const struct beside_letter *l);
