// SPDX-License-Identifier: MIT
// Grammar and case folding of account and room names (CASEMAPPING=ascii).
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#define ACCOUNT_NAME_MAX 32
#define ROOM_NAME_MAX 64
#define DISPLAY_NAME_MAX 64

// ASCII letters, digits, - and _; starts with a letter or a digit's neighbour '_';
// 1..ACCOUNT_NAME_MAX bytes.
MUST_USE bool name_is_account(struct span name);
// '#', then 1.. bytes of valid UTF-8 without space, comma, colon, control, bidi
// override or invisible character, but those of joiners.h; ROOM_NAME_MAX bytes in all; in NFC.
MUST_USE bool name_is_room(struct span name);
// The same in any form of Unicode, as older versions of the server stored them.
MUST_USE bool name_was_room(struct span name);
// The name that was meant: what was typed, in NFC. False: no room can have it.
MUST_USE bool name_of_room(struct span typed, char out[static ROOM_NAME_MAX + 1]);
// What a room is found by, however its name was typed: NFC, folded. 0: no name is so long.
MUST_USE size_t name_key(struct span typed, char out[static ROOM_NAME_MAX + 1]);
// Do both name the same room, or account?
MUST_USE bool name_is_same(struct span a, struct span b);
// What a person may be shown as: 1..DISPLAY_NAME_MAX bytes in NFC of what may stand in a text,
// is seen, and is not read as a rank, a room or an address; single spaces between words.
MUST_USE bool name_is_display(struct span name);
// ASCII letters to lower case; out takes in.len bytes and a NUL.
void name_fold(struct span in, char *out);
// Glob with * and ? over bytes, ASCII case ignored (RFC 2812 2.5). Linear in the mask;
// a name over 512 bytes matches nothing.
MUST_USE bool name_matches(struct span mask, struct span name);
// What matching one name with the mask costs, in looks at a thing in a table.
MUST_USE size_t name_mask_cost(struct span mask);
