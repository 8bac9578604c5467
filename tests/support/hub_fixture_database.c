// SPDX-License-Identifier: MIT
// An empty database is the same every time, and making one costs more than most tests do:
// it is made once and copied.
#include "tests/support/hub_fixture_private.h"

#include "common/buf.h"
#include "server/store/store.h"
#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

// What is in a file that is read or written at once.
static void copy_file(const char *path, const char *mode, struct buf *bytes)
{
	char block[4096];
	FILE *file = fopen(path, mode);
	size_t n;

	if (!file)
		fail_msg("%s does not open", path);
	if (mode[0] == 'w')
		assert_int_equal(fwrite(bytes->at, 1, bytes->len, file), bytes->len);
	while (mode[0] == 'r' && (n = fread(block, 1, sizeof(block), file)))
		buf_add(bytes, block, n);
	assert_int_equal(fclose(file), 0);
}

static void make(const char *where)
{
	char *error = NULL;
	struct store *store = store_open(where, STORE_NORMAL, &error);

	if (!store)
		fail_msg("no database can be made: %s", error);
	store_close(store);
}

static char *pattern; // on PostgreSQL

static void drop_pattern(void)
{
	stored_drop(pattern);
	free(pattern);
}

char *database_new(const char *dir)
{
	static struct buf empty;
	char *where;

	if (pattern)
		return stored_like(pattern);
	where = stored_new(dir);
	if (empty.len) {
		copy_file(where, "w", &empty);
		return where;
	}
	make(where);
	if (!stored_is_pg()) {
		copy_file(where, "r", &empty);
		return where;
	}
	pattern = where;
	atexit(drop_pattern);
	return stored_like(pattern);
}

void database_put_copy(const char *path, const char *copy)
{
	static const char *const beside[] = {"-wal", "-shm"};
	struct buf bytes = {0}, file = {0};

	for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
		buf_reset(&file);
		buf_printf(&file, "%s%s", path, beside[i]);
		unlink(buf_str(&file));
	}
	copy_file(copy, "r", &bytes);
	copy_file(path, "w", &bytes);
	buf_clear(&bytes);
	buf_clear(&file);
}
