// SPDX-License-Identifier: MIT
// Opens and closes a store in PostgreSQL: members of struct store_engine.
#pragma once

#include "server/store/engine.h"

MUST_USE struct store *pg_open(const char *where, enum store_durability durability,
			       char **error);
MUST_USE struct store *pg_open_waited(struct lease *l, char **error);
void pg_close(struct store *s);
