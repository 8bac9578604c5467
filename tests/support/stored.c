// SPDX-License-Identifier: MIT
#include "tests/support/stored.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/span.h"

#include <errno.h>
#include <fcntl.h>
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

// psql with its stdout in *out; 0: it could not be started.
static pid_t start(const char *where, const char *statement, int *out)
{
	const char *const words[] = {"psql", "-XAtqd", where, "-c", statement, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (posix_spawnp(&pid, words[0], &actions, NULL, (char *const *)(uintptr_t)words,
			 environ))
		pid = 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*out = ends[0];
	return pid;
}

// The server is asked by its own program: no test needs libpq.
char *stored_ask(const char *where, const char *statement)
{
	char bytes[4096];
	struct buf said = {0};
	int out = -1, status = 0;
	pid_t pid = start(where, statement, &out);
	ssize_t n;

	while (pid && (n = read(out, bytes, sizeof(bytes))) > 0)
		buf_add(&said, bytes, (size_t)n);
	close(out);
	if (!pid || waitpid(pid, &status, 0) != pid || status)
		die(1, "psql failed: %s", statement);
	return buf_take(&said);
}

static void command(const char *statement)
{
	free(stored_ask(server(), statement));
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
	command(statement);
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
	command(statement);
}
