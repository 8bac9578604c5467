// SPDX-License-Identifier: MIT
// Where a database of PostgreSQL is: postgresql://USER:PASSWORD@HOST[:PORT][,HOST...]/DATABASE,
// as libpq reads it.
//
// The password is in no word that comes from here. Owner: whoever holds the struct.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stddef.h>

#define PG_HOSTS_MAX 8 // inside: addresses of all hosts together that are tried

// One address of one host, as libpq takes it.
struct pg_host {
	char *name, *address, *port; // address NULL: a socket of this machine
};

struct pg_where {
	// What else the text says: keyword and value in turn, ended by NULL.
	char **options;
	char *shown; // without secrets, for words
	struct pg_host hosts[PG_HOSTS_MAX];
	size_t n_hosts;
};

// Whether the text is of the kind. Any thread.
MUST_USE bool pg_is_where(const char *where);
// The text without its secrets; the caller frees it.
MUST_USE char *pg_shown(const char *where);
// Reads the text; asks no name server. False with words in *error. Clear it in both cases.
MUST_USE bool pg_where_read(struct pg_where *w, const char *where, char **error);
// Asks for the addresses of the hosts anew, which takes as long as the system's resolver does.
// False with words in *error when no host has one.
MUST_USE bool pg_where_resolve(struct pg_where *w, char **error);
void pg_where_clear(struct pg_where *w);
