// SPDX-License-Identifier: MIT
// What edit.c and edit_undo.c share.
#pragma once

#include "client/ui/edit.h"

// The one change there is: `len` bytes at `from` become `with`. Not remembered.
void edit_splice(struct edit *e, size_t from, size_t len, struct span with);
// The same as one step of undo, cursor behind `with`. `joins`: part of the step before
// when it continues it.
void edit_change(struct edit *e, size_t from, size_t len, struct span with, bool joins);
void edit_forget_steps(struct edit *e);
