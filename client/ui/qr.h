// SPDX-License-Identifier: MIT
// A text as a QR code in cells: two rows of modules in each row of half blocks, dark on light
// whatever the theme is. Owner: whoever holds the struct.
#pragma once

#include "client/ui/grid.h"

#include <stdio.h>

struct qr {
	int size;             // modules of a side, without the light frame; 0: there is none
	unsigned char *light; // a byte a module
};

// False: it is too long for a code.
MUST_USE bool qr_make(struct qr *qr, struct span text);
// Wipes it: what it says may be a secret.
void qr_clear(struct qr *qr);
// Cells that it takes, its light frame included.
MUST_USE int qr_cols(const struct qr *qr);
MUST_USE int qr_rows(const struct qr *qr);
void qr_draw(const struct qr *qr, struct grid *g, int row, int col);
// Lines with their colours, for a terminal of 256.
void qr_print(const struct qr *qr, FILE *to);
