// SPDX-License-Identifier: MIT
// Where a database of PostgreSQL is: postgresql://USER:PASSWORD@HOST[:PORT][,HOST...]/DATABASE,
// as libpq reads it.
//
// The password is in no word that comes from here. Owner: whoever holds the struct.
#pragma once

#include "common/buf.h"

#include <stdbool.h>
#include <stddef.h>

// Hosts in an address of the store; and addresses of all of them together.
#define PG_HOSTS_MAX 8 // inside: no cluster has more that may be written to

// One address of one host, as libpq takes it.
struct pg_host {
	char *name;    // "": of this machine, by libpq's own socket; with a / it is a folder's
	char *address; // "": not known yet, or of no need
	char *port;
};

struct pg_where {
	// What else the text says: keyword and value in turn, ended by NULL.
	char **options;
	char *shown;                        // without secrets, for words
	struct pg_host hosts[PG_HOSTS_MAX]; // as they stand in the text
	size_t n_hosts;
	struct pg_host tries[PG_HOSTS_MAX]; // each with one of its addresses
	size_t n_tries;
};

// Whether the text is of the kind. Any thread.
MUST_USE bool pg_is_where(const char *where);
// The text without its secrets; the caller frees it.
MUST_USE char *pg_shown(const char *where);
// Reads the text; asks no name server. False with words in *error. Clear it in both cases.
MUST_USE bool pg_where_read(struct pg_where *w, const char *where, char **error);
// Asks for the addresses of the hosts anew, which takes as long as the system's resolver does;
// of a host that nobody knows now those stay that were known.
// False when no host has one; `words` gets what is wrong with those that have none.
MUST_USE bool pg_where_resolve(struct pg_where *w, struct buf *words);
void pg_where_clear(struct pg_where *w);
