// SPDX-License-Identifier: MIT
#include "server/store/engine.h"

#include "server/store/error.h"

#include <string.h>

const struct store_engine *engine_of(const char *where, char **error)
{
	for (const struct store_engine *const *e = engines; *e; e++) {
		if ((*e)->is_where(where))
			return *e;
	}
	if (strncmp(where, "postgres", 8) == 0)
		error_words(error, "this snugd was built without PostgreSQL: build it where "
				   "libpq-dev is, or keep the store in a file");
	else
		error_words(error,
			    "%s is no store: name a file, or a database as "
			    "postgresql://HOST/NAME",
			    where);
	return NULL;
}
