// SPDX-License-Identifier: MIT
// snug doctor's look at the terminal: asks it what the screen would ask, and says the answers.
//
// The caller's thread, for at most a second.
#pragma once

// Prints a line for each thing that was asked. Nothing without a terminal on both sides.
void doctor_terminal(void);
