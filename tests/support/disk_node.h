// SPDX-License-Identifier: MIT
// A file of the disk in memory: its two images, what is not synced, and its locks.
//
// Only disk.c and disk_node.c see this. Callers hold the disk's lock.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHM_LOCKS 8
#define SHM_REGIONS 64

struct image {
	char *at;
	int64_t size, space;
};

// A write, or (bytes NULL) a truncation to `at`.
struct act {
	char *bytes;
	size_t len;
	int64_t at;
};

// What one handle holds.
struct node_locks {
	int level;                  // SQLITE_LOCK_*
	unsigned shared, exclusive; // bits of shared-memory locks
};

struct node {
	struct node *next;
	char *name; // NULL: a temporary file
	struct image seen, lasting;
	struct act *acts;
	size_t n_acts, acts_space;
	int n_handles;
	bool is_gone;
	int n_readers; // handles with a shared lock or more
	bool reserved, exclusive;
	void *regions[SHM_REGIONS];
	int shm_shared[SHM_LOCKS];
	bool shm_exclusive[SHM_LOCKS];
	void **old_regions; // of before a crash: dead handles still point there
	size_t n_old, old_space;
};

uint64_t disk_random(uint64_t *state);

struct node *node_find(struct node *nodes, const char *name);
struct node *node_add(struct node **nodes, const char *name);
void node_drop(struct node **nodes, struct node *n);
// False when it reads past the end (the rest is zeros).
bool node_read(const struct node *n, void *out, size_t len, int64_t at);
void node_write(struct node *n, const void *bytes, size_t len, int64_t at);
void node_truncate(struct node *n, int64_t size);
void node_sync(struct node *n);
// A random part of what is not synced gets through, the rest never will.
void node_sync_part(struct node *n, uint64_t *random);
void node_crash(struct node *n, uint64_t *random);

bool node_lock(struct node *n, struct node_locks *held, int level);
void node_unlock(struct node *n, struct node_locks *held, int level);
void *node_shm(struct node *n, int region, size_t size, bool extend);
bool node_shm_lock(struct node *n, struct node_locks *held, int first, int count, int flags);
// `alive` is false for handles of before a crash, whose locks are gone already.
void node_unlock_all(struct node *n, struct node_locks *held, bool alive);
