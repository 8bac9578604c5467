// SPDX-License-Identifier: MIT
// A disk in memory for SQLite: it can be slow, small, failing, and it can crash.
//
// While it exists it is SQLite's default file system; only files that a store opens by
// SQLite are on it (lock and ballast are not). What was written is seen at once and is
// safe from a crash once it was synced; of what was not, a crash keeps some sectors and
// loses others, as the seed decides. The same seed and the same calls give the same disk.
// Owner: the test. Any thread may use files on it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct disk;

enum disk_act { DISK_WRITE = 1, DISK_SYNC = 2, DISK_READ = 4 };

struct disk *disk_new(uint64_t seed);
// All handles must be closed before.
void disk_free(struct disk *d);
// The power fails: open files answer errors from now on (close them), and the next to
// open the file finds what is left.
void disk_crash(struct disk *d);
// The n-th act from now (1: the next) of these kinds fails with this sqlite result code
// and, if `lasting`, all after it. n = 0: none fails any more.
void disk_fail(struct disk *d, unsigned acts, unsigned n, int code, bool lasting);
// The n-th act from now crashes the disk in the middle of it. 0: none.
void disk_crash_at(struct disk *d, unsigned acts, unsigned n);
// Files may not grow past so many bytes in all: SQLITE_FULL. 0: no bound.
void disk_limit(struct disk *d, int64_t bytes);
// Each sync takes so long (in real time: for tests with threads).
void disk_delay(struct disk *d, unsigned us);
// Syncs answer well and do nothing: a fault that a test of crashes must find.
void disk_skip_syncs(struct disk *d, bool skip);
bool disk_has_crashed(const struct disk *d);
// Since disk_new.
uint64_t disk_writes(const struct disk *d);
uint64_t disk_syncs(const struct disk *d);
