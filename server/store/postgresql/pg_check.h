// SPDX-License-Identifier: MIT
// What a database of PostgreSQL says of itself, and what is wrong with it.
//
// Each opens a connection of its own. Any thread and process.
#pragma once

#include "server/store/engine.h"

// Of struct store_engine. A deep look reads every page: a server with data_checksums finds any
// flipped bit then.
MUST_USE bool pg_engine_check(const char *where, bool is_deep, struct store_report *report,
			      char **error);
MUST_USE bool pg_engine_facts(const char *where, struct store_report *report, char **error);
