// SPDX-License-Identifier: MIT
// A folder for files whose calls fail when a test says so: each of them is counted, and one
// fails, writes half, or is the last that the process makes.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/files/files_private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

struct faulty {
	unsigned calls;      // so far
	unsigned at;         // which one; 0: none
	int error;           // that it fails with; 0: the process ends before it
	bool halves;         // writes are short
	uint64_t free_bytes; // 0: as the system says
};

extern struct faulty faulty;

struct place {
	char dir[64], folder[80];
	int fd;
};

static inline struct place place_new(void)
{
	struct place p = {.fd = -1};
	char *error;

	snprintf(p.dir, sizeof(p.dir), "/tmp/snug-files-XXXXXX");
	assert_non_null(mkdtemp(p.dir));
	snprintf(p.folder, sizeof(p.folder), "%s/files", p.dir);
	p.fd = files_open(p.folder, true, &error);
	assert_true(p.fd >= 0);
	return p;
}

// How many files are there, whatever they are called.
static inline size_t place_count(const struct place *p)
{
	DIR *dir = opendir(p->folder);
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static inline void place_free(struct place *p)
{
	close(p->fd);
	assert_int_equal(rmdir(p->folder), 0);
	assert_int_equal(rmdir(p->dir), 0);
}

static inline struct file_id id_of(unsigned char n)
{
	return (struct file_id){{n, 2, 3}};
}

// The byte of a file at this place.
static inline char byte_at(uint64_t at)
{
	return (char)(at * 7 + (at >> 9));
}

// The step that comes next with up to `step` bytes; false: it failed.
static inline bool add_step(int folder, struct filing *f, size_t step)
{
	f->act = FILING_ADD;
	f->len = f->size - f->at < step ? (size_t)(f->size - f->at) : step;
	for (size_t i = 0; i < f->len; i++)
		f->bytes[i] = byte_at(f->at + i);
	file_upload(folder, f);
	return f->result == FILING_DONE;
}

// All of an upload; gives what became of it.
static inline enum filing_result upload(int folder, struct filing *f, size_t step)
{
	f->act = FILING_BEGIN;
	file_upload(folder, f);
	if (f->result != FILING_DONE)
		return f->result;
	while (f->at < f->size) {
		if (!add_step(folder, f, step))
			return f->result;
	}
	f->act = FILING_END;
	file_upload(folder, f);
	return f->result;
}

static inline struct filing *filing_of(unsigned char n, uint64_t size)
{
	struct file_id id = id_of(n);
	struct filing *f = filing_new(NULL, 0, &id);

	f->size = size;
	return f;
}
