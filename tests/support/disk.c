// SPDX-License-Identifier: MIT
// 1. A node has two images: what readers see, and what a crash would leave at worst. Acts
//    between two syncs stand in a list, in order.
// 2. A sync applies the list to the lasting image. A failed sync applies a random part and
//    forgets the rest for good, as Linux does: later syncs do not bring it back.
// 3. A crash applies a random part and makes the lasting image what is seen.
#include "tests/support/disk.h"

#include "common/die.h"
#include "tests/support/disk_node.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct trap {
	unsigned acts, left;
	int code;
	bool lasting;
};

struct disk {
	sqlite3_vfs vfs;
	sqlite3_vfs *system; // the one that was default before
	pthread_mutex_t lock;
	uint64_t random;
	uint64_t generation; // grows with each crash: older handles are dead
	struct node *nodes;
	struct trap fail, crash;
	int64_t limit;
	unsigned delay_us;
	bool skip_syncs, has_crashed;
	uint64_t n_writes, n_syncs;
};

struct handle {
	sqlite3_file base;
	struct disk *disk;
	struct node *node;
	uint64_t generation;
	struct node_locks locks;
};

static struct handle *handle_of(sqlite3_file *file)
{
	return (struct handle *)(void *)file;
}

static void crash(struct disk *d)
{
	for (struct node *n = d->nodes; n; n = n->next)
		node_crash(n, &d->random);
	d->generation++;
	d->has_crashed = true;
	d->fail = d->crash = (struct trap){0};
}

static bool springs(struct trap *t, unsigned act)
{
	if (!(t->acts & act) || t->left == 0)
		return false;
	if (t->left == 1 && t->lasting)
		return true;
	return --t->left == 0;
}

// Every act goes through here, the lock held: SQLITE_OK, or how it fails.
static int begin(struct handle *h, unsigned act)
{
	struct disk *d = h->disk;

	if (h->generation != d->generation)
		return SQLITE_IOERR;
	d->n_writes += act == DISK_WRITE;
	d->n_syncs += act == DISK_SYNC;
	if (springs(&d->crash, act)) {
		crash(d);
		return SQLITE_IOERR;
	}
	return springs(&d->fail, act) ? d->fail.code : SQLITE_OK;
}

static int64_t used(const struct disk *d)
{
	int64_t bytes = 0;

	for (const struct node *n = d->nodes; n; n = n->next)
		bytes += n->seen.size;
	return bytes;
}

static int on_close(sqlite3_file *file)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	node_unlock_all(h->node, &h->locks, h->generation == h->disk->generation);
	if (--h->node->n_handles == 0 && h->node->is_gone)
		node_drop(&h->disk->nodes, h->node);
	pthread_mutex_unlock(&h->disk->lock);
	return SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	int code = begin(h, DISK_READ);
	if (code == SQLITE_OK && !node_read(h->node, out, (size_t)len, at))
		code = SQLITE_IOERR_SHORT_READ;
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static int on_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	struct handle *h = handle_of(file);
	struct disk *d = h->disk;

	pthread_mutex_lock(&d->lock);
	bool alive = h->generation == d->generation;
	int64_t growth = at + len - h->node->seen.size;
	int code = SQLITE_OK;
	if (alive && d->limit && growth > 0 && used(d) + growth > d->limit)
		code = SQLITE_FULL;
	else if (alive && d->crash.left == 1 && (d->crash.acts & DISK_WRITE))
		node_write(h->node, bytes, (size_t)len, at); // torn by the crash
	if (code == SQLITE_OK)
		code = begin(h, DISK_WRITE);
	if (code == SQLITE_OK)
		node_write(h->node, bytes, (size_t)len, at);
	pthread_mutex_unlock(&d->lock);
	return code;
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	int code = begin(h, DISK_WRITE);
	if (code == SQLITE_OK)
		node_truncate(h->node, size);
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static int on_sync(sqlite3_file *file, int flags)
{
	struct handle *h = handle_of(file);
	struct disk *d = h->disk;

	(void)flags;
	if (d->delay_us) {
		const struct timespec delay = {.tv_nsec = d->delay_us * 1000L};

		nanosleep(&delay, NULL); // time: a slow disk is what the test asked for
	}
	pthread_mutex_lock(&d->lock);
	int code = begin(h, DISK_SYNC);
	if (code == SQLITE_OK && !d->skip_syncs)
		node_sync(h->node);
	else if (code != SQLITE_OK && h->generation == d->generation)
		node_sync_part(h->node, &d->random);
	pthread_mutex_unlock(&d->lock);
	return code;
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	*size = h->node->seen.size;
	int code = h->generation == h->disk->generation ? SQLITE_OK : SQLITE_IOERR_FSTAT;
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static int on_lock(sqlite3_file *file, int level)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	int code = h->generation != h->disk->generation   ? SQLITE_IOERR_LOCK
		   : node_lock(h->node, &h->locks, level) ? SQLITE_OK
							  : SQLITE_BUSY;
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static int on_unlock(sqlite3_file *file, int level)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	if (h->generation == h->disk->generation)
		node_unlock(h->node, &h->locks, level);
	pthread_mutex_unlock(&h->disk->lock);
	return SQLITE_OK;
}

static int on_check_reserved(sqlite3_file *file, int *result)
{
	*result = handle_of(file)->node->reserved;
	return SQLITE_OK;
}

static int on_control(sqlite3_file *file, int what, void *arg)
{
	(void)file;
	(void)what;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file *file)
{
	(void)file;
	return 4096;
}

static int on_characteristics(sqlite3_file *file)
{
	(void)file;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int on_shm_map(sqlite3_file *file, int region, int size, int extend,
		      void volatile **memory)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	*memory = node_shm(h->node, region, (size_t)size, extend != 0);
	int code = h->generation == h->disk->generation ? SQLITE_OK : SQLITE_IOERR_SHMMAP;
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static int on_shm_lock(sqlite3_file *file, int first, int n, int flags)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	int code = SQLITE_OK;
	if (h->generation != h->disk->generation)
		code = SQLITE_IOERR_SHMLOCK;
	else if (!node_shm_lock(h->node, &h->locks, first, n, flags))
		code = SQLITE_BUSY;
	pthread_mutex_unlock(&h->disk->lock);
	return code;
}

static void on_shm_barrier(sqlite3_file *file)
{
	struct handle *h = handle_of(file);

	pthread_mutex_lock(&h->disk->lock);
	pthread_mutex_unlock(&h->disk->lock);
}

static int on_shm_unmap(sqlite3_file *file, int drop)
{
	(void)file;
	(void)drop;
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check_reserved,
	.xFileControl = on_control,
	.xSectorSize = on_sector_size,
	.xDeviceCharacteristics = on_characteristics,
	.xShmMap = on_shm_map,
	.xShmLock = on_shm_lock,
	.xShmBarrier = on_shm_barrier,
	.xShmUnmap = on_shm_unmap,
};

static struct disk *disk_of_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct disk *d = disk_of_vfs(vfs);
	struct handle *h = handle_of(file);

	*h = (struct handle){.disk = d};
	pthread_mutex_lock(&d->lock);
	h->node = name ? node_find(d->nodes, name) : NULL;
	if (!h->node && (!name || (flags & SQLITE_OPEN_CREATE)))
		h->node = node_add(&d->nodes, name);
	if (h->node) {
		h->node->n_handles++;
		h->generation = d->generation;
		h->base.pMethods = &methods;
	}
	pthread_mutex_unlock(&d->lock);
	if (out)
		*out = flags;
	return h->node ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	struct disk *d = disk_of_vfs(vfs);

	(void)sync;
	pthread_mutex_lock(&d->lock);
	struct node *n = node_find(d->nodes, name);
	if (n && n->n_handles)
		n->is_gone = true;
	else if (n)
		node_drop(&d->nodes, n);
	pthread_mutex_unlock(&d->lock);
	return n ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

static int on_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	struct disk *d = disk_of_vfs(vfs);

	(void)flags;
	pthread_mutex_lock(&d->lock);
	const struct node *n = node_find(d->nodes, name);
	*result = n && (flags != SQLITE_ACCESS_EXISTS || n->seen.size > 0);
	pthread_mutex_unlock(&d->lock);
	return SQLITE_OK;
}

static int on_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	(void)vfs;
	sqlite3_snprintf(size, out, "%s", name);
	return SQLITE_OK;
}

static int on_randomness(sqlite3_vfs *vfs, int n, char *out)
{
	struct disk *d = disk_of_vfs(vfs);

	pthread_mutex_lock(&d->lock);
	for (int i = 0; i < n; i++)
		out[i] = (char)disk_random(&d->random);
	pthread_mutex_unlock(&d->lock);
	return n;
}

static int on_sleep(sqlite3_vfs *vfs, int us)
{
	return disk_of_vfs(vfs)->system->xSleep(disk_of_vfs(vfs)->system, us);
}

static int on_time(sqlite3_vfs *vfs, sqlite3_int64 *ms)
{
	(void)vfs;
	*ms = 212000000000000; // some day, always the same
	return SQLITE_OK;
}

static int on_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	(void)vfs;
	(void)n;
	(void)out;
	return 0;
}

struct disk *disk_new(uint64_t seed)
{
	struct disk *d = xcalloc(1, sizeof(*d));

	d->system = sqlite3_vfs_find(NULL);
	d->random = seed;
	pthread_mutex_init(&d->lock, NULL);
	d->vfs = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = sizeof(struct handle),
		.mxPathname = 512,
		.zName = "disk",
		.pAppData = d,
		.xOpen = on_open,
		.xDelete = on_delete,
		.xAccess = on_access,
		.xFullPathname = on_full_path,
		.xRandomness = on_randomness,
		.xSleep = on_sleep,
		.xGetLastError = on_last_error,
		.xCurrentTimeInt64 = on_time,
	};
	sqlite3_vfs_register(&d->vfs, 1);
	return d;
}

void disk_free(struct disk *d)
{
	sqlite3_vfs_unregister(&d->vfs);
	sqlite3_vfs_register(d->system, 1);
	while (d->nodes)
		node_drop(&d->nodes, d->nodes);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

void disk_crash(struct disk *d)
{
	pthread_mutex_lock(&d->lock);
	crash(d);
	pthread_mutex_unlock(&d->lock);
}

void disk_fail(struct disk *d, unsigned acts, unsigned n, int code, bool lasting)
{
	pthread_mutex_lock(&d->lock);
	d->fail = (struct trap){acts, n, code, lasting};
	pthread_mutex_unlock(&d->lock);
}

void disk_crash_at(struct disk *d, unsigned acts, unsigned n)
{
	pthread_mutex_lock(&d->lock);
	d->crash = (struct trap){acts, n, 0, false};
	d->has_crashed = false;
	pthread_mutex_unlock(&d->lock);
}

void disk_limit(struct disk *d, int64_t bytes)
{
	pthread_mutex_lock(&d->lock);
	d->limit = bytes;
	pthread_mutex_unlock(&d->lock);
}

void disk_delay(struct disk *d, unsigned us)
{
	d->delay_us = us;
}

void disk_skip_syncs(struct disk *d, bool skip)
{
	d->skip_syncs = skip;
}

bool disk_has_crashed(const struct disk *d)
{
	return d->has_crashed;
}

uint64_t disk_writes(const struct disk *d)
{
	return d->n_writes;
}

uint64_t disk_syncs(const struct disk *d)
{
	return d->n_syncs;
}
