// SPDX-License-Identifier: MIT
// How it went, as a number for other programs.
//
// Pure.
#pragma once

#include "client/net/failure.h"

// Exit codes of the program (docs/snug.1).
enum exit_code {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 69,
	EXIT_UNKNOWN = 75, // the server did not answer in time: repeat with the same --id
	EXIT_KEY = 76,
	EXIT_LOGIN = 77,
	EXIT_CONFIG = 78,
};

MUST_USE enum exit_code exit_code_of(enum failure f);
