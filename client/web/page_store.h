// SPDX-License-Identifier: MIT
// Where the page keeps what is unsent: IndexedDB, by client/web/page/store.js, which answers in
// its own time.
//
// Owner: the page's one thread.
#pragma once

#include "client/sync/unsent.h"

MUST_USE struct unsent_store page_store(void);
