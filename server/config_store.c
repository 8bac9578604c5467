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

// Else the name of the system's user would be looked up each time, where no file can be read.
static bool names_user(struct span text)
{
	struct span options = span_after(text, SCHEME.len), place = span_cut(&options, '?');

	if (memrchr(place.at, '@', place.len))
		return true;
	while (options.len) {
		struct span option = span_cut(&options, '&');

		if (span_eq(span_cut(&option, '='), SPAN("user")) && option.len)
			return true;
	}
	return false;
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
	return names_user(span_of(store))
		       ? NULL
		       : "names no user: write postgresql://USER@HOST/DATABASE";
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
	if (config.store)
		paths_set_store(p, config.store);
	conf_clear(config_rows, config_n_rows, &config);
	buf_clear(&errors);
}

static void decode(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char digits[3] = {0};

		if (text.at[i] != '%' || i + 2 >= text.len) {
			buf_add_char(out, text.at[i]);
			continue;
		}
		memcpy(digits, text.at + i + 1, 2);
		buf_add_char(out, (char)strtoul(digits, NULL, 16));
		i += 2;
	}
}

// The i-th of the options that are one of these names; *which: the place of its own among them.
static bool find_option(const struct config *c, const char *const *names, size_t i,
			size_t *which, struct buf *value)
{
	struct span options = span_of(c->store ? c->store : "");

	(void)span_cut(&options, '?');
	while (options.len) {
		struct span option = span_cut(&options, '&'), name = span_cut(&option, '=');
		const char *const *known = names;

		while (*known && !span_eq(name, span_of(*known)))
			known++;
		if (!*known || i-- > 0)
			continue;
		*which = (size_t)(known - names);
		decode(option, value);
		return true;
	}
	return false;
}

bool config_store_file(const struct config *c, size_t i, struct buf *path, bool *is_secret)
{
	static const char *const names[] = {"passfile", "sslkey", "sslrootcert",
					    "sslcert",  "sslcrl", NULL};
	size_t which = 0;
	bool is_found = find_option(c, names, i, &which, path);

	*is_secret = which < 2;
	return is_found;
}

// The port that stands behind a host; 0: none does.
static uint16_t port_of(struct span host)
{
	const char *end = host.len ? memrchr(host.at, ']', host.len) : NULL;
	struct span rest = end ? span_after(host, (size_t)(end - host.at)) : host;
	uint64_t port = 0;

	(void)span_cut(&rest, ':');
	return span_to_u64(rest, &port) && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static struct span hosts_of(const struct config *c)
{
	struct span text = span_after(span_of(c->store), SCHEME.len), place;
	const char *at;

	place = span_from(text.at, strcspn(text.at, "/?"));
	at = memrchr(place.at, '@', place.len);
	return at ? span_after(place, (size_t)(at - place.at) + 1) : place;
}

bool config_store_port(const struct config *c, size_t i, uint16_t *port)
{
	static const char *const names[] = {"port", NULL};
	struct buf others = {0};
	struct span hosts, rest;
	bool is_found = false, are_named;
	uint64_t other = 0;
	size_t which;

	if (!c->store)
		return false;
	if (!find_option(c, names, 0, &which, &others))
		buf_add_str(&others, "5432");
	rest = buf_span(&others);
	hosts = hosts_of(c);
	are_named = hosts.len > 0;
	while ((are_named ? hosts.len : rest.len) && !is_found) {
		// One that stands alone is everybody's.
		if (rest.len && !span_to_u64(span_cut(&rest, ','), &other))
			other = 0;
		*port = port_of(span_cut(&hosts, ','));
		if (!*port)
			*port = (uint16_t)other;
		is_found = i-- == 0;
	}
	buf_clear(&others);
	return is_found;
}
