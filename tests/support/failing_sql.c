// SPDX-License-Identifier: MIT
// The functions stand before those of the library, and call them.
#include "tests/support/failing_sql.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stddef.h>

static _Thread_local unsigned left;
static _Thread_local int failing_code;
static _Thread_local bool has_failed;
// Of the library's calls of itself, which are not the program's.
static _Thread_local unsigned depth;

void failing_sql_at(unsigned n, int code)
{
	left = n;
	failing_code = code;
	has_failed = false;
}

bool failing_sql_has(void)
{
	return has_failed;
}

static _Thread_local int said_errno;

void failing_sql_errno(int number)
{
	said_errno = number;
}

static bool fails(void)
{
	if (depth || !left || --left)
		return false;
	return has_failed = true;
}

// The library's own function of this name.
#define REAL(name) __extension__((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int sqlite3_step(sqlite3_stmt *statement)
{
	static _Thread_local __typeof__(&sqlite3_step) real;

	real = real ? real : REAL(sqlite3_step);
	if (fails())
		return failing_code;
	depth++;
	int code = real(statement);
	depth--;
	return code;
}

int sqlite3_prepare_v2(sqlite3 *db, const char *text, int len, sqlite3_stmt **out,
		       const char **tail)
{
	static _Thread_local __typeof__(&sqlite3_prepare_v2) real;

	real = real ? real : REAL(sqlite3_prepare_v2);
	if (fails())
		return failing_code;
	depth++;
	int code = real(db, text, len, out, tail);
	depth--;
	return code;
}

int sqlite3_prepare_v3(sqlite3 *db, const char *text, int len, unsigned flags,
		       sqlite3_stmt **out, const char **tail)
{
	static _Thread_local __typeof__(&sqlite3_prepare_v3) real;

	real = real ? real : REAL(sqlite3_prepare_v3);
	if (fails())
		return failing_code;
	depth++;
	int code = real(db, text, len, flags, out, tail);
	depth--;
	return code;
}

int sqlite3_exec(sqlite3 *db, const char *text, int (*fn)(void *, int, char **, char **),
		 void *arg, char **error)
{
	static _Thread_local __typeof__(&sqlite3_exec) real;

	real = real ? real : REAL(sqlite3_exec);
	if (fails())
		return failing_code;
	depth++;
	int code = real(db, text, fn, arg, error);
	depth--;
	return code;
}

int sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs)
{
	static _Thread_local __typeof__(&sqlite3_open_v2) real;

	real = real ? real : REAL(sqlite3_open_v2);
	*out = NULL;
	return fails() ? failing_code : real(path, out, flags, vfs);
}

int sqlite3_system_errno(sqlite3 *db)
{
	static _Thread_local __typeof__(&sqlite3_system_errno) real;

	real = real ? real : REAL(sqlite3_system_errno);
	return said_errno ? said_errno : real(db);
}
