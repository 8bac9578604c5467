// SPDX-License-Identifier: MIT
// An empty database is the same every time, and making one costs more than most tests do:
// it is made once and copied.
#include "tests/support/hub_fixture_private.h"

#include "common/buf.h"
#include "server/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

void database_put_empty(const char *path)
{
	static struct buf empty;
	struct store *store;
	char *error = NULL;

	if (empty.len) {
		copy_file(path, "w", &empty);
		return;
	}
	store = store_open(path, STORE_NORMAL, &error);
	if (!store)
		fail_msg("no database can be made: %s", error);
	store_close(store);
	copy_file(path, "r", &empty);
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
