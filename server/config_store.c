// SPDX-License-Identifier: MIT
// [server] store: where the store is, if not in the state directory.
#include "server/config_private.h"

#include "common/die.h"

#include <stdlib.h>
#include <string.h>

// postgresql://USER[:PASSWORD]@HOST[:PORT][,HOST...]/DATABASE[?NAME=VALUE&...]
#define SCHEME SPAN("postgresql://")

static bool names_password(struct span options)
{
	while (options.len) {
		struct span option = span_cut(&options, '&'), name = span_cut(&option, '=');

		// A letter may be written as %xx, and no name needs that.
		if (span_eq(name, SPAN("password")) || span_find(name, '%') < name.len)
			return true;
	}
	return false;
}

// Whoever may see the processes, the log or the answer of a verb would see it.
static bool has_password(struct span text)
{
	struct span options = span_after(text, SCHEME.len);
	struct span place = span_cut(&options, '?'), host = place;
	const char *at = memrchr(place.at, '@', place.len);

	if (at)
		host = span_from(place.at, (size_t)(at - place.at));
	return (at && span_find(host, ':') + 1 < host.len) || names_password(options);
}

const char *config_store_fault(const char *store)
{
	if (!span_starts(span_of(store), SCHEME))
		return "is no place: write postgresql://USER@HOST[:PORT][,HOST...]/DATABASE, "
		       "or leave the line out for the database in the state directory";
	if (has_password(span_of(store)))
		return "names a password, which others would see: write ?passfile=FILE behind "
		       "the database, a file with the mode 0600 and the line "
		       "HOST:PORT:DATABASE:USER:PASSWORD, where * stands for any";
	return NULL;
}

bool config_check_store(const struct config *c, const char *file, struct buf *errors)
{
	const char *fault = c->store ? config_store_fault(c->store) : NULL;

	if (fault)
		buf_printf(errors, "%s: [server] store %s\n", file, fault);
	return !fault;
}

void config_find_store(struct paths *p)
{
	struct config config = {0};
	struct buf errors = {0};

	// Of mistakes the one who takes it up tells.
	(void)!conf_read(config_rows, config_n_rows, &config, p->config, &errors);
	if (config.store) {
		free(p->store);
		p->store = xstrdup(config.store);
	}
	conf_clear(config_rows, config_n_rows, &config);
	buf_clear(&errors);
}
