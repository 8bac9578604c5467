// SPDX-License-Identifier: MIT
// A file on its way to disk, step by step.
//
// 1. Room for all of it is kept at the beginning, where the file system can: so a full disk is
//    found out before anything is sent, and whoever else writes finds out what is left.
// 2. It is synced as it grows, so that no end takes long and nobody waits long behind one.
// 3. What failed is removed in the same step; what it took is free again.
#include "server/files/files_private.h"

#include "server/letters/file_type.h"
#include "server/letters/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SYNC_EVERY (8 * 1024 * 1024) // inside: a step takes so long at most

static int open_new(int folder, const struct filing *f, int flags)
{
	char place[FILE_PLACE_MAX];

	file_place(&f->file, true, place);
	return openat(folder, place, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0600);
}

// What other people's chat needs is not taken.
static bool leaves_room(int folder, uint64_t size)
{
	struct statfs about;
	uint64_t free_bytes;

	if (fstatfs(folder, &about) < 0)
		return true;
	free_bytes = (uint64_t)about.f_bavail * (uint64_t)about.f_bsize;
	if (free_bytes >= FILES_LEAVE_BYTES && free_bytes - FILES_LEAVE_BYTES >= size)
		return true;
	errno = ENOSPC;
	return false;
}

static bool keep_room(int fd, uint64_t size)
{
	return !size || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) == 0 ||
	       errno == EOPNOTSUPP;
}

static bool write_all(int fd, struct span bytes, uint64_t at)
{
	while (bytes.len) {
		ssize_t wrote = pwrite(fd, bytes.at, bytes.len, (off_t)at);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		bytes = span_after(bytes, (size_t)wrote);
		at += (uint64_t)wrote;
	}
	return true;
}

static bool begin(int folder, struct filing *f)
{
	int fd = -1;
	bool is_fine = f->size <= INT64_MAX && leaves_room(folder, f->size) &&
		       (fd = open_new(folder, f, O_CREAT | O_EXCL)) >= 0 &&
		       keep_room(fd, f->size);

	if (fd >= 0 && close(fd) < 0)
		is_fine = false;
	crypto_generichash_init(&f->sum, NULL, 0, FILE_HASH_LEN);
	f->type = file_type_of(SPAN(""));
	return is_fine;
}

static bool crosses(uint64_t from, uint64_t to)
{
	return from / SYNC_EVERY != to / SYNC_EVERY;
}

static bool add(int folder, struct filing *f)
{
	int fd = open_new(folder, f, 0);
	bool is_fine = fd >= 0 && write_all(fd, span_from(f->bytes, f->len), f->at) &&
		       (!crosses(f->at, f->at + f->len) || fdatasync(fd) == 0);

	if (fd >= 0 && close(fd) < 0)
		is_fine = false;
	if (!f->at)
		f->type = file_type_of(span_from(f->bytes, f->len));
	crypto_generichash_update(&f->sum, (const unsigned char *)f->bytes, f->len);
	f->at += f->len;
	return is_fine;
}

// Whether there is as much as was told, no more and no less.
static bool is_whole(int fd, const struct filing *f)
{
	struct stat about;

	if (fstat(fd, &about) < 0)
		return false;
	if ((uint64_t)about.st_size == f->size && f->at == f->size)
		return true;
	errno = EIO;
	return false;
}

static bool end(int folder, struct filing *f)
{
	char from[FILE_PLACE_MAX], to[FILE_PLACE_MAX];
	int fd = open_new(folder, f, 0);
	bool is_fine = fd >= 0 && is_whole(fd, f) && fsync(fd) == 0;

	if (fd >= 0 && close(fd) < 0)
		is_fine = false;
	file_place(&f->file, true, from);
	file_place(&f->file, false, to);
	if (!is_fine || renameat(folder, from, folder, to) < 0)
		return false;
	crypto_generichash_final(&f->sum, f->hash, FILE_HASH_LEN);
	return fsync(folder) == 0;
}

// By whichever of its names.
static void drop(int folder, const struct filing *f)
{
	char place[FILE_PLACE_MAX];

	file_place(&f->file, true, place);
	unlinkat(folder, place, 0);
	file_place(&f->file, false, place);
	unlinkat(folder, place, 0);
}

static bool take_step(int folder, struct filing *f)
{
	if (f->act == FILING_BEGIN)
		return begin(folder, f);
	return f->act == FILING_ADD ? add(folder, f) : end(folder, f);
}

void file_upload(int folder, struct filing *f)
{
	if (f->act == FILING_DROP) {
		drop(folder, f);
		return;
	}
	f->result = FILING_DONE;
	if (take_step(folder, f))
		return;
	f->result = file_failed("upload");
	drop(folder, f);
}
