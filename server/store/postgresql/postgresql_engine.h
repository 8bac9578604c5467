// SPDX-License-Identifier: MIT
// The store in a database of PostgreSQL that machines share.
#pragma once

#include "server/store/engine.h"

extern const struct store_engine postgresql_engine;
