// SPDX-License-Identifier: MIT
// The program that shows a file that came, when the user says so: the words of a setting, and
// the path behind them. Without a shell: no name is ever a command.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

// Starts it, beside us. False: there is no such program, or no process for it.
MUST_USE bool opener_start(const char *command, const char *path);
