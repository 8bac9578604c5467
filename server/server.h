// SPDX-License-Identifier: MIT
// The running server: all threads and the letters between them.
//
// The main thread runs the hub, the admin socket and signals; what else runs is set up
// here and taken down here, in order. It ends by a signal, by `snugd stop`, or because
// the disk failed.
#pragma once

#include "server/config.h"
#include "server/paths.h"

// For a supervisor: the disk could not store what was accepted.
#define EXIT_DISK 74

// Runs until the end; gives the process's exit code. Start-up mistakes are told on stderr.
// `user`: whom root becomes, or NULL: as the configuration says, or else the owner of the
// state directory.
MUST_USE int server_run(const struct paths *paths, const char *user);
