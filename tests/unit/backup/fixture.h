// SPDX-License-Identifier: MIT
// A folder for each test, and files in it.
#pragma once

#include "server/backup/part.h"
#include "server/backup/unpack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	char folder[128];
	char path[256]; // of the last one that was asked for
	char *error;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *base = getenv("TMPDIR");

	assert_true(sodium_init() >= 0);
	snprintf(f->folder, sizeof(f->folder), "%s/snug-backup-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	unpack_remove(f->folder);
	free(f->error);
	free(f);
	return 0;
}

static inline const char *in(struct fixture *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->folder, name);
	return f->path;
}

static inline void put(struct fixture *f, const char *name, struct span text)
{
	FILE *file = fopen(in(f, name), "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static inline void get(struct fixture *f, const char *name, struct buf *out)
{
	FILE *file = fopen(in(f, name), "rb");
	size_t got = 1;

	buf_reset(out);
	assert_non_null(file);
	while (got) {
		got = fread(buf_space(out, 4096), 1, 4096, file);
		out->len += got;
	}
	fclose(file);
}

// Another bit of the file at that path; again, and it is as it was.
static inline void flip(const char *path, size_t bit)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, (long)(bit / 8), SEEK_SET), 0);
	byte = fgetc(file);
	assert_int_not_equal(byte, EOF);
	assert_int_equal(fseek(file, (long)(bit / 8), SEEK_SET), 0);
	fputc(byte ^ 1 << bit % 8, file);
	assert_int_equal(fclose(file), 0);
}

// The words of what was refused, which name this.
static inline void assert_says(struct fixture *f, const char *words)
{
	assert_non_null(f->error);
	if (!strstr(f->error, words))
		fail_msg("%s: does not say: %s", f->error, words);
	free(f->error);
	f->error = NULL;
}
