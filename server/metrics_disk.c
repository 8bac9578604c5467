// SPDX-License-Identifier: MIT
// What is measured from outside: sizes of files, space, and the bounds of the configuration.
#include "server/metrics.h"

#include "server/store/store.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

static int64_t file_bytes(const char *path, const char *suffix)
{
	struct buf name = {0};
	struct stat about;
	int64_t bytes = 0;

	buf_printf(&name, "%s%s", path, suffix);
	if (stat(buf_str(&name), &about) == 0)
		bytes = about.st_size;
	buf_clear(&name);
	return bytes;
}

void metrics_look_at_disk(struct metrics *m, const struct paths *p, const struct config *c)
{
	struct statvfs disk;

	m->has_disk = paths_has_file(p);
	if (m->has_disk && statvfs(p->state, &disk) == 0)
		m->disk_free = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	if (m->has_disk)
		m->database_bytes = file_bytes(p->database, "");
	if (m->has_disk)
		m->wal_bytes = file_bytes(p->database, "-wal");
	m->keep_ms = c->keep_ms;
	m->keep_bytes = c->keep_bytes;
	m->keep_total = c->keep_total;
	m->schema = store_schema();
}
