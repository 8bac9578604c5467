// SPDX-License-Identifier: MIT
// Name -> pointer (SipHash with a key of this process), and number -> pointer.
//
// Neither owns values. A map borrows its keys: they live in the values, unchanged
// while they are in the map. Keys are compared byte for byte: fold names first
// (names.h). A zeroed struct is an empty map. Owner: one thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

struct map_slot;
struct idmap_slot;

struct map {
	struct map_slot *slots;
	size_t n_slots;
	size_t n_used; // with the graves of removed items
	size_t n_items;
	uint64_t key[2]; // of the hash; random, made with the table
};

struct idmap {
	struct idmap_slot *slots;
	size_t n_slots;
	size_t n_used;
	size_t n_items;
};

// Frees the table, not the values.
void map_clear(struct map *m);
MUST_USE void *map_find(const struct map *m, struct span key);
// Replaces the value of an equal key.
void map_put(struct map *m, struct span key, void *value);
// The value that was there, or NULL.
void *map_remove(struct map *m, struct span key);
// Walks all values: start with *cursor = 0, ends with NULL. The current value may be
// removed while walking; nothing may be put.
MUST_USE void *map_next(const struct map *m, size_t *cursor);

void idmap_clear(struct idmap *m);
MUST_USE void *idmap_find(const struct idmap *m, uint64_t key);
void idmap_put(struct idmap *m, uint64_t key, void *value);
void *idmap_remove(struct idmap *m, uint64_t key);
// A number in a value's place, 0 where there is none: adds `change`.
void idmap_count(struct idmap *m, uint64_t key, int change);
MUST_USE size_t idmap_counted(const struct idmap *m, uint64_t key);
MUST_USE void *idmap_next(const struct idmap *m, size_t *cursor);
