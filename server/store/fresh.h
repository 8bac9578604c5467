// SPDX-License-Identifier: MIT
// What an answer of a running server must hold, where its readers could be on another machine
// than its writer: a primary that was replaced goes on, and knows nothing of it.
//
// Owner: the store; the writer's thread alone changes it, any thread reads it.
#pragma once

#include "server/letters/ids.h"

#include <stdatomic.h>

struct fresh {
	int64_t term;              // the store's, since it was opened
	_Atomic(entry_no) applied; // no less than whoever asks was told
};
