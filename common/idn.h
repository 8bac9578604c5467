// SPDX-License-Identifier: MIT
// Host names in other letters than ASCII, as the network looks them up: labels "xn--" and
// Punycode (RFC 3492), of letters that RFC 5892 knows as such.
//
// Pure; any thread.
#pragma once

#include "common/buf.h"

// Appends the label: as it is when it is ASCII, else in small letters as "xn--…". What is
// behind its 63rd character is left out; the label is valid UTF-8.
void idn_add_label(struct buf *out, struct span label);
// Appends the whole name of valid UTF-8. False, and `out` is as it was, when a label of it has
// something that no name has: signs, blanks, what is invisible, other forms of letters.
MUST_USE bool idn_add_host(struct buf *out, struct span host);
