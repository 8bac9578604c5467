// SPDX-License-Identifier: MIT
// What becomes of rows that the engine lost though it had called them durable.
#pragma once

#include "server/store/postgresql/pg_store.h"

// After KEEPER_LOST. What was stored lately is sent again where that is all that is missing,
// else written to a file; in both cases the process is to end. The writer's thread.
void pg_recover(struct pg_store *s);
