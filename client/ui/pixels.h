// SPDX-License-Identifier: MIT
// A picture as pixels for the terminal: what a program that nobody believes wrote, looked at
// byte by byte and written anew.
//
// Only the picture itself passes: of kitty's protocol pixels that stand in it (never a file or
// a memory that the terminal would read, never a question that it would answer), of sixels
// colours, pixels and moves between them. Anything else, and all of it is refused. Pure.
#pragma once

#include "common/buf.h"

// NULL, and *out is what the terminal may get; else in words what is wrong, and it is empty.
MUST_USE const char *pixels_kitty(struct span bytes, struct buf *out);
MUST_USE const char *pixels_sixel(struct span bytes, struct buf *out);
