// SPDX-License-Identifier: MIT
// The hooks of a loop: what is called at the end of each turn, or when a signal came.
//
// Inside of common/loop.c only; others use loop.h. A hook that was removed stays in its
// list, dead, until hooks_bury(): a walk over the list goes on from it.
#pragma once

#include "common/list.h"
#include "common/loop.h"

struct hooks {
	struct list all;
	bool has_dead;
};

struct loop_hook {
	struct list link; // of among->all
	struct hooks *among;
	struct loop *loop;
	loop_fn *fn; // NULL: removed
	void *arg;
	int signal_number; // 0: none
};

void hooks_init(struct hooks *hooks);
// A copy, on the heap, behind all others.
MUST_USE struct loop_hook *hooks_add(struct hooks *hooks, const struct loop_hook *hook);
// Those of this signal, in order of adding.
void hooks_call(struct hooks *hooks, int signal_number);
// Frees those that were removed.
void hooks_bury(struct hooks *hooks);
