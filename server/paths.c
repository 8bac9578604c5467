// SPDX-License-Identifier: MIT
#include "server/paths.h"

#include "common/buf.h"
#include "common/die.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *path_in(const char *dir, const char *name)
{
	struct buf path = {0};

	if (name[0] == '/')
		return xstrdup(name);
	buf_printf(&path, "%s/%s", dir, name);
	return buf_take(&path);
}

// The same path from the root, since a server may outlive its shell's directory.
static char *absolute(const char *path)
{
	char here[4096];

	if (path[0] == '/' || !getcwd(here, sizeof(here)))
		return xstrdup(path);
	return path_in(here, path);
}

// Of the one server of a package: where it has a folder for the configuration, and the state
// none of its own.
static char *configuration(const char *state)
{
	char *path = path_in(state, "snugd.conf");

	if (strcmp(state, STATE_DEFAULT) != 0 || path_exists(path) ||
	    !path_exists(CONFIG_FOLDER))
		return path;
	free(path);
	return path_in(CONFIG_FOLDER, "snugd.conf");
}

void paths_init(struct paths *p, const char *state, const char *config)
{
	if (!state || !*state)
		state = getenv("SNUG_STATE");
	if (!state || !*state)
		state = STATE_DEFAULT;
	p->state = absolute(state);
	p->config = config ? absolute(config) : configuration(p->state);
	p->is_config_named = config;
	p->database = path_in(p->state, "snug.db");
	p->certificate = path_in(p->state, "cert.pem");
	p->key = path_in(p->state, "key.pem");
	p->admin_socket = path_in(p->state, "admin.sock");
	p->door_socket = path_in(p->state, "door.sock");
	p->files = path_in(p->state, "files");
	p->store = xstrdup(p->database);
}

void paths_clear(struct paths *p)
{
	free(p->state);
	free(p->config);
	free(p->database);
	free(p->certificate);
	free(p->key);
	free(p->admin_socket);
	free(p->door_socket);
	free(p->files);
	free(p->store);
	*p = (struct paths){0};
}

char *path_beside_config(const struct paths *p, const char *name)
{
	char *dir = xstrdup(p->config), *end = strrchr(dir, '/'), *path;

	*end = '\0';
	path = path_in(dir, name);
	free(dir);
	return path;
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

void paths_set_store(struct paths *p, const char *store)
{
	free(p->store);
	p->store = xstrdup(store);
}

bool paths_has_file(const struct paths *p)
{
	return strcmp(p->store, p->database) == 0;
}
