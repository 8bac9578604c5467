// SPDX-License-Identifier: MIT
// Which server, where none was named: those of the local network are listed, to be chosen by
// their numbers, or a link or a name is typed.
//
// Owner: main; blocks. Words go to stderr, the question to /dev/tty.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"

// A link, a name, or what else was typed. False: nobody could be asked, or it was cancelled.
MUST_USE bool nearby_choose(char *text, size_t room);
