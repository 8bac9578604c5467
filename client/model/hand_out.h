// SPDX-License-Identifier: MIT
// A link that somebody else is to use: an invite, say. Who watches shows it, with a code to be
// photographed where it can, and keeps it nowhere; where nobody does, it is said in lines.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"

// words: what the link does, and for how long.
void hand_out(struct model *m, struct span words, struct span link, int64_t now_ms);
// It is used up, or void: who shows it shows it no longer.
void hand_out_over(struct model *m);
