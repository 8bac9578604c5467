// SPDX-License-Identifier: MIT
// Files of the command line, which go and come by this process itself.
//
// Owner: main; blocks. Words go to stderr.
#pragma once

#include "client/verbs/options.h"

// Sends the files of --file to o->args[0]: the address of each is added to *urls, a line each.
// EXIT_OK, or the code of the first that failed.
MUST_USE int verb_file_send(const struct options *o, struct buf *urls);
