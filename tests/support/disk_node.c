// SPDX-License-Identifier: MIT
#include "tests/support/disk_node.h"

#include "common/die.h"
#include "common/grow.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512

// splitmix64
uint64_t disk_random(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

struct node *node_find(struct node *nodes, const char *name)
{
	for (struct node *n = nodes; n; n = n->next) {
		if (n->name && !n->is_gone && strcmp(n->name, name) == 0)
			return n;
	}
	return NULL;
}

struct node *node_add(struct node **nodes, const char *name)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->name = name ? xstrdup(name) : NULL;
	n->is_gone = !name;
	n->next = *nodes;
	*nodes = n;
	return n;
}

static void forget_acts(struct node *n)
{
	for (size_t i = 0; i < n->n_acts; i++)
		free(n->acts[i].bytes);
	n->n_acts = 0;
}

static void keep_old_regions(struct node *n)
{
	for (int i = 0; i < SHM_REGIONS; i++) {
		if (!n->regions[i])
			continue;
		n->old_regions =
			grow(n->old_regions, n->n_old, &n->old_space, sizeof(*n->old_regions));
		n->old_regions[n->n_old++] = n->regions[i];
		n->regions[i] = NULL;
	}
}

void node_drop(struct node **nodes, struct node *n)
{
	while (*nodes != n)
		nodes = &(*nodes)->next;
	*nodes = n->next;
	forget_acts(n);
	keep_old_regions(n);
	for (size_t i = 0; i < n->n_old; i++)
		free(n->old_regions[i]);
	free(n->old_regions);
	free(n->acts);
	free(n->seen.at);
	free(n->lasting.at);
	free(n->name);
	free(n);
}

static void image_resize(struct image *i, int64_t size)
{
	if (size > i->space) {
		i->space = size < 65536 ? 65536 : size * 2;
		i->at = xrealloc(i->at, (size_t)i->space);
	}
	if (size > i->size)
		memset(i->at + i->size, 0, (size_t)(size - i->size));
	i->size = size;
}

static void image_write(struct image *i, const char *bytes, size_t len, int64_t at)
{
	if (at + (int64_t)len > i->size)
		image_resize(i, at + (int64_t)len);
	memcpy(i->at + at, bytes, len);
}

bool node_read(const struct node *n, void *out, size_t len, int64_t at)
{
	int64_t there = n->seen.size - at;
	size_t got = there <= 0 ? 0 : (size_t)there < len ? (size_t)there : len;

	if (got)
		memcpy(out, n->seen.at + at, got);
	memset((char *)out + got, 0, len - got);
	return got == len;
}

static void note(struct node *n, struct act act)
{
	n->acts = grow(n->acts, n->n_acts, &n->acts_space, sizeof(*n->acts));
	n->acts[n->n_acts++] = act;
}

void node_write(struct node *n, const void *bytes, size_t len, int64_t at)
{
	image_write(&n->seen, bytes, len, at);
	note(n, (struct act){xmemdup(bytes, len), len, at});
}

void node_truncate(struct node *n, int64_t size)
{
	image_resize(&n->seen, size);
	note(n, (struct act){NULL, 0, size});
}

void node_sync(struct node *n)
{
	for (size_t i = 0; i < n->n_acts; i++) {
		const struct act *a = &n->acts[i];

		if (a->bytes)
			image_write(&n->lasting, a->bytes, a->len, a->at);
		else
			image_resize(&n->lasting, a->at);
	}
	forget_acts(n);
}

// Sector by sector.
static void write_part(struct image *i, const struct act *a, uint64_t *random)
{
	for (size_t done = 0, len; done < a->len; done += len) {
		int64_t at = a->at + (int64_t)done;

		len = (size_t)(SECTOR - at % SECTOR);
		len = len < a->len - done ? len : a->len - done;
		if (disk_random(random) % 2)
			image_write(i, a->bytes + done, len, at);
	}
}

void node_sync_part(struct node *n, uint64_t *random)
{
	// Now and then all or nothing, which is what most often happens.
	uint64_t luck = disk_random(random) % 4;

	for (size_t i = 0; i < n->n_acts && luck > 0; i++) {
		const struct act *a = &n->acts[i];

		if (a->bytes && luck == 1)
			image_write(&n->lasting, a->bytes, a->len, a->at);
		else if (a->bytes)
			write_part(&n->lasting, a, random);
		else if (luck == 1 || disk_random(random) % 2)
			image_resize(&n->lasting, a->at);
	}
	forget_acts(n);
}

void node_crash(struct node *n, uint64_t *random)
{
	node_sync_part(n, random);
	image_resize(&n->seen, n->lasting.size);
	if (n->seen.size)
		memcpy(n->seen.at, n->lasting.at, (size_t)n->seen.size);
	keep_old_regions(n);
	n->n_readers = 0;
	n->reserved = n->exclusive = false;
	memset(n->shm_shared, 0, sizeof(n->shm_shared));
	memset(n->shm_exclusive, 0, sizeof(n->shm_exclusive));
}

bool node_lock(struct node *n, struct node_locks *held, int level)
{
	if (level <= held->level)
		return true;
	if (n->exclusive && held->level < SQLITE_LOCK_EXCLUSIVE)
		return false;
	if (held->level == SQLITE_LOCK_NONE)
		n->n_readers++;
	if (held->level < SQLITE_LOCK_SHARED)
		held->level = SQLITE_LOCK_SHARED;
	if (level >= SQLITE_LOCK_RESERVED && held->level < SQLITE_LOCK_RESERVED) {
		if (n->reserved)
			return false;
		n->reserved = true;
		held->level = SQLITE_LOCK_RESERVED;
	}
	if (level == SQLITE_LOCK_EXCLUSIVE) {
		if (n->n_readers > 1)
			return false;
		n->exclusive = true;
		held->level = SQLITE_LOCK_EXCLUSIVE;
	}
	return true;
}

void node_unlock(struct node *n, struct node_locks *held, int level)
{
	if (held->level > level && held->level >= SQLITE_LOCK_RESERVED)
		n->reserved = n->exclusive = false;
	if (held->level > SQLITE_LOCK_NONE && level == SQLITE_LOCK_NONE)
		n->n_readers--;
	if (held->level > level)
		held->level = level;
}

void *node_shm(struct node *n, int region, size_t size, bool extend)
{
	if (region >= SHM_REGIONS)
		return NULL;
	if (!n->regions[region] && extend)
		n->regions[region] = xcalloc(1, size);
	return n->regions[region];
}

static void shm_release(struct node *n, struct node_locks *held, unsigned bits)
{
	for (int i = 0; i < SHM_LOCKS; i++) {
		unsigned bit = bits & 1U << i;

		if (held->shared & bit)
			n->shm_shared[i]--;
		if (held->exclusive & bit)
			n->shm_exclusive[i] = false;
	}
	held->shared &= ~bits;
	held->exclusive &= ~bits;
}

bool node_shm_lock(struct node *n, struct node_locks *held, int first, int count, int flags)
{
	unsigned bits = ((1U << count) - 1) << first;
	bool shared = flags & SQLITE_SHM_SHARED;

	if (flags & SQLITE_SHM_UNLOCK) {
		shm_release(n, held, bits);
		return true;
	}
	for (int i = first; i < first + count; i++) {
		bool own_share = held->shared & 1U << i;

		if (n->shm_exclusive[i] && !(held->exclusive & 1U << i))
			return false;
		if (!shared && n->shm_shared[i] > own_share)
			return false;
	}
	for (int i = first; i < first + count; i++) {
		if (shared && !(held->shared & 1U << i))
			n->shm_shared[i]++;
		if (!shared)
			n->shm_exclusive[i] = true;
	}
	if (shared)
		held->shared |= bits;
	else
		held->exclusive |= bits;
	return true;
}

void node_unlock_all(struct node *n, struct node_locks *held, bool alive)
{
	if (!alive)
		return;
	shm_release(n, held, (1U << SHM_LOCKS) - 1);
	node_unlock(n, held, SQLITE_LOCK_NONE);
}
