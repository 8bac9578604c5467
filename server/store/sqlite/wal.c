// SPDX-License-Identifier: MIT
// The write-ahead log's place on disk. A commit that makes the file longer has the file
// system write the inode and the map of blocks too, which takes as long again as the pages
// themselves; one that overwrites does not. So the log gets its length before it is needed.
//
// The zeros behind SQLite's last frame are no frames: neither salt nor checksum fits.
#include "server/store/sqlite/sqlite_private.h"

#include "common/buf.h"
#include "server/store/sqlite/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Where less is free, the space is worth more than the time.
#define WAL_ROOM (8 * WAL_BYTES)

static bool fill(int fd, off_t from)
{
	static const char zeros[1 << 16];

	for (off_t at = from, put; at < WAL_BYTES; at += put) {
		size_t left = (size_t)(WAL_BYTES - at);

		put = pwrite(fd, zeros, left < sizeof(zeros) ? left : sizeof(zeros), at);
		if (put <= 0)
			return false;
	}
	return fdatasync(fd) == 0;
}

void wal_lengthen(struct sqlite_store *s)
{
	struct buf path = {0};
	struct stat file;

	s->wal_is_short = false;
	if (free_space(s->base.where) < s->base.low_water + WAL_ROOM)
		return;
	buf_printf(&path, "%s-wal", s->base.where);
	int fd = open(buf_str(&path), O_WRONLY | O_CLOEXEC);
	buf_clear(&path);
	if (fd < 0)
		return;
	// It works without, only slower: what cannot be had is given back.
	if (fstat(fd, &file) == 0 && !fill(fd, file.st_size))
		(void)!ftruncate(fd, file.st_size);
	close(fd);
}
