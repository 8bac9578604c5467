// SPDX-License-Identifier: MIT
// SQLite as an engine: a database is one file, one process, one writing handle.
#pragma once

#include "server/store/engine.h"

extern const struct store_engine sqlite_engine;
