// SPDX-License-Identifier: MIT
// The faces of this program on a terminal: the full screen, or lines.
#pragma once

#include "client/app/face.h"

struct ui;

// Lines where they are asked for, and where there is no terminal.
extern const struct face terminal_face;
// What commands may ask of the full screen; borrows it.
void faces_screen_acts(struct ui *u, struct screen_acts *out);
