// SPDX-License-Identifier: MIT
// Names of files that strangers chose, as names of files here.
//
// Pure.
#pragma once

#include "common/buf.h"

#define FILE_NAME_BYTES 200 // of a name that is made safe

// One part of a path: nothing before a '/' or '\', no control, invisible or turning character,
// no dot or blank at its edges, no '-' at its beginning, no more than FILE_NAME_BYTES with its
// ending kept. "file" where nothing is left.
void file_name_safe(struct buf *out, struct span name);
// "name (2).txt" of "name.txt", for n >= 2.
void file_name_numbered(struct buf *out, struct span name, unsigned n);
// Its ending, with the dot; "" where there is none.
MUST_USE struct span file_name_ending(struct span name);
// What is in such a file, by its ending: "image/png", or "application/octet-stream".
MUST_USE const char *file_name_type(struct span name);
