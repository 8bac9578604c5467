// SPDX-License-Identifier: MIT
// Relabel: devices of older databases that are called the same. Main thread.
#pragma once

#include "server/hub/state/state.h"

// Once, when all is loaded: equal labels of older databases are made different. Journals.
void credentials_loaded(struct hub *h);
