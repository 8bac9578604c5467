// SPDX-License-Identifier: MIT
// JSON as both programs write it: printable ASCII, whatever the text in it is.
//
// Every byte is 0x20 to 0x7e, but for line ends. What is not is escaped (\u009B), as a
// pair of surrogates beyond U+FFFF, so that no text drives a terminal or breaks a line.
// The space is taken at once: what grows would leave the bytes of a secret behind.
// Pure; any thread, but for json_wipe_what_is_freed.
#pragma once

#include "common/buf.h"

#include <jansson.h>

// From now on jansson wipes what it frees: requests hold passwords. To be said before it
// makes anything, and before there are threads.
void json_wipe_what_is_freed(void);
// One line and LF. Nothing for a NULL.
void json_add_line(struct buf *out, const json_t *value);
// Indented over several lines, and LF.
void json_add_lines(struct buf *out, const json_t *value);
// A string of any bytes: where they are not UTF-8, each that is not ASCII becomes U+FFFD.
// An absent span is "".
MUST_USE json_t *json_text(struct span text);
