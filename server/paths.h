// SPDX-License-Identifier: MIT
// Where things stand in the state directory.
//
// Owner: whoever called paths_init; plain texts, freed by paths_clear.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

#define STATE_DEFAULT "/var/lib/snug"
#define CONFIG_FOLDER "/etc/snug" // where a package made it

struct paths {
	char *state;          // the directory, 0700
	char *config;         // snugd.conf, or where --config points
	bool is_config_named; // by --config: it must be there
	char *database, *certificate, *key, *admin_socket, *door_socket;
	char *files; // the folder of what people send
	char *store; // what store.h opens: the database, or where the configuration puts it
};

// `state` NULL: $SNUG_STATE, then STATE_DEFAULT. `config` NULL: in the state directory; of
// STATE_DEFAULT in CONFIG_FOLDER, where that is there and the state has none.
void paths_init(struct paths *p, const char *state, const char *config);
void paths_clear(struct paths *p);
// `name` itself when it is absolute, else inside `dir`. The caller frees.
MUST_USE char *path_in(const char *dir, const char *name);
// A file of the configuration: relative names are beside the configuration file.
MUST_USE char *path_beside_config(const struct paths *p, const char *name);
MUST_USE bool path_exists(const char *path);
void paths_set_store(struct paths *p, const char *store);
// The store is the database file here, and not somewhere else.
MUST_USE bool paths_has_file(const struct paths *p);
