// SPDX-License-Identifier: MIT
// A link that is handed on (client/model/hand_out.h), with its code. Owner: the ui; one thread.
#pragma once

#include "client/ui/qr.h"

struct handout {
	char *words, *link; // NULL: there is none
	struct qr code;     // of size 0: the link is too long for one
};

void handout_set(struct handout *h, struct span words, struct span link);
// Wipes the link.
void handout_clear(struct handout *h);
