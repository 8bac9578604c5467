// SPDX-License-Identifier: MIT
// What is on disk and in no row goes: a crash between the two leaves it. Looked for at the
// start and from time to time. Main thread.
#pragma once

#include "server/hub/state/state.h"
#include "server/letters/file_list.h"

// Once, when all is loaded.
void file_sweep_start(struct hub *h);
// LETTER_LISTED; freed here.
void file_sweep_listed(struct hub *h, struct file_list *list);
