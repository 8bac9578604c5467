// SPDX-License-Identifier: MIT
#include "tests/support/stored.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/span.h"

#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool stored_is_pg(void)
{
	const char *engine = getenv("SNUG_STORE");

	return engine && strcmp(engine, "pg") == 0;
}

static const char *server(void)
{
	const char *url = getenv("SNUG_PG_URL");

	if (!url)
		die(2, "SNUG_PG_URL names no server: run this by tests/pg/postgres.py");
	return url;
}

// What the server does with its databases is asked by its own program: no test needs libpq.
static void ask(const char *statement)
{
	const char *const words[] = {"psql", "-XAtqd", server(), "-c", statement, NULL};
	int status = 0;
	pid_t pid;

	if (posix_spawnp(&pid, words[0], NULL, NULL, (char *const *)(uintptr_t)words,
			 environ) ||
	    waitpid(pid, &status, 0) != pid || status)
		die(1, "psql failed: %s", statement);
}

// The address of that database: its name stands between the last / before the settings and them.
static char *address(const char *name)
{
	const char *url = server(), *end = url + strcspn(url, "?"), *at = end;
	struct buf out = {0};

	while (at[-1] != '/')
		at--;
	buf_add(&out, url, (size_t)(at - url));
	buf_printf(&out, "%s%s", name, end);
	return buf_take(&out);
}

static char *make(const char *pattern)
{
	static unsigned n;
	char name[64], statement[160];

	snprintf(name, sizeof(name), "unit_%d_%u", getpid(), ++n);
	snprintf(statement, sizeof(statement),
		 "CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, pattern);
	ask(statement);
	return address(name);
}

// The name in an address; the caller frees it.
static char *name_of(const char *where)
{
	const char *end = where + strcspn(where, "?"), *at = end;

	while (at[-1] != '/')
		at--;
	return span_dup((struct span){at, (size_t)(end - at)});
}

char *stored_new(const char *folder)
{
	struct buf path = {0};

	if (stored_is_pg())
		return make("template1");
	buf_printf(&path, "%s/snug.db", folder);
	return buf_take(&path);
}

char *stored_like(const char *pattern)
{
	char *name = name_of(pattern), *made = make(name);

	free(name);
	return made;
}

void stored_drop(const char *where)
{
	char statement[160];
	char *name;

	if (!stored_is_pg())
		return;
	name = name_of(where);
	snprintf(statement, sizeof(statement), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	free(name);
	ask(statement);
}
