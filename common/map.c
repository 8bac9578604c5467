// SPDX-License-Identifier: MIT
// Open addressing with linear probing; tables are powers of two, at most 3/4 used.
//
// 1. A slot is free, a grave (something was removed and a probe must go on), or holds an
//    item; only an item has a value.
// 2. Removing never moves an item, so that a walk may remove. Putting may rebuild.
// 3. n_used = items + graves < n_slots: a probe always ends at a free slot.
#include "common/map.h"

#include "common/die.h"
#include "common/siphash.h"

#include <assert.h>
#include <stdlib.h>

#define SLOTS_MIN 8
#define GRAVE 1

struct map_slot {
	const char *at;
	uint32_t len;
	uint32_t hash; // GRAVE or 0 when there is no value
	void *value;
};

struct idmap_slot {
	uint64_t key; // GRAVE or 0 when there is no value
	void *value;
};

// One without slots is.
static bool is_full(size_t n_used, size_t n_slots)
{
	return n_used >= n_slots - n_slots / 4;
}

static size_t slots_for(size_t n_items)
{
	size_t n = SLOTS_MIN;

	while (n < n_items * 2)
		n *= 2;
	return n;
}

static uint32_t hash_name(const struct map *m, struct span key)
{
	uint64_t hash = siphash(m->key, key);

	return (uint32_t)(hash ^ (hash >> 32));
}

// The slot of the key, or the free slot where its probe ended.
static struct map_slot *probe(const struct map *m, struct span key, uint32_t hash)
{
	size_t i = hash & (m->n_slots - 1);

	for (;; i = (i + 1) & (m->n_slots - 1)) {
		struct map_slot *slot = &m->slots[i];

		if (!slot->value && slot->hash != GRAVE)
			return slot;
		if (slot->value && slot->hash == hash && slot->len == key.len &&
		    (key.len == 0 || memcmp(slot->at, key.at, key.len) == 0))
			return slot;
	}
}

static struct map_slot *find_slot(const struct map *m, struct span key)
{
	struct map_slot *slot;

	if (!m->n_items)
		return NULL;
	slot = probe(m, key, hash_name(m, key));
	return slot->value ? slot : NULL;
}

static void rebuild(struct map *m, size_t n_slots)
{
	struct map_slot *old = m->slots;
	size_t n_old = m->n_slots;

	if (!old)
		siphash_make_key(m->key);
	m->slots = xcalloc(n_slots, sizeof(*m->slots));
	m->n_slots = n_slots;
	m->n_used = m->n_items;
	for (size_t i = 0; i < n_old; i++) {
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without slots n_old is 0
		size_t to = old[i].hash & (n_slots - 1);

		if (!old[i].value)
			continue;
		while (m->slots[to].value)
			to = (to + 1) & (n_slots - 1);
		m->slots[to] = old[i];
	}
	free(old);
}

void map_clear(struct map *m)
{
	if (!m)
		return;
	free(m->slots);
	*m = (struct map){0};
}

void *map_find(const struct map *m, struct span key)
{
	struct map_slot *slot = find_slot(m, key);

	return slot ? slot->value : NULL;
}

void map_put(struct map *m, struct span key, void *value)
{
	struct map_slot *slot;
	uint32_t hash;

	assert(value && key.len <= UINT32_MAX);
	if (is_full(m->n_used + 1, m->n_slots))
		rebuild(m, slots_for(m->n_items + 1));
	hash = hash_name(m, key);
	slot = probe(m, key, hash);
	if (!slot->value) {
		m->n_used++;
		m->n_items++;
	}
	*slot = (struct map_slot){key.at, (uint32_t)key.len, hash, value};
}

void *map_remove(struct map *m, struct span key)
{
	struct map_slot *slot = find_slot(m, key);
	const struct map_slot *after;
	void *value;
	bool ends;

	if (!slot)
		return NULL;
	value = slot->value;
	after = &m->slots[((size_t)(slot - m->slots) + 1) & (m->n_slots - 1)];
	ends = !after->value && after->hash != GRAVE;
	*slot = (struct map_slot){.hash = ends ? 0 : GRAVE};
	m->n_used -= ends;
	m->n_items--;
	return value;
}

void *map_next(const struct map *m, size_t *cursor)
{
	while (*cursor < m->n_slots) {
		void *value = m->slots[(*cursor)++].value;

		if (value)
			return value;
	}
	return NULL;
}

// Ids are counted up by us, never chosen by a peer: mixing needs no secret.
static size_t hash_id(uint64_t key)
{
	key ^= key >> 32;
	key *= 0xd6e8feb86659fd93U;
	key ^= key >> 32;
	key *= 0xd6e8feb86659fd93U;
	return (size_t)(key ^ (key >> 32));
}

static struct idmap_slot *probe_id(const struct idmap *m, uint64_t key)
{
	size_t i = hash_id(key) & (m->n_slots - 1);

	for (;; i = (i + 1) & (m->n_slots - 1)) {
		struct idmap_slot *slot = &m->slots[i];

		if (slot->value ? slot->key == key : slot->key != GRAVE)
			return slot;
	}
}

static void rebuild_ids(struct idmap *m, size_t n_slots)
{
	struct idmap_slot *old = m->slots;
	size_t n_old = m->n_slots;

	m->slots = xcalloc(n_slots, sizeof(*m->slots));
	m->n_slots = n_slots;
	m->n_used = m->n_items;
	for (size_t i = 0; i < n_old; i++) {
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without slots n_old is 0
		if (old[i].value)
			*probe_id(m, old[i].key) = old[i];
	}
	free(old);
}

void idmap_clear(struct idmap *m)
{
	if (!m)
		return;
	free(m->slots);
	*m = (struct idmap){0};
}

void *idmap_find(const struct idmap *m, uint64_t key)
{
	return m->n_items ? probe_id(m, key)->value : NULL;
}

void idmap_put(struct idmap *m, uint64_t key, void *value)
{
	struct idmap_slot *slot;

	assert(value);
	if (is_full(m->n_used + 1, m->n_slots))
		rebuild_ids(m, slots_for(m->n_items + 1));
	slot = probe_id(m, key);
	if (!slot->value) {
		m->n_used++;
		m->n_items++;
	}
	*slot = (struct idmap_slot){key, value};
}

void *idmap_remove(struct idmap *m, uint64_t key)
{
	struct idmap_slot *slot = m->n_items ? probe_id(m, key) : NULL;
	const struct idmap_slot *after;
	void *value = slot ? slot->value : NULL;
	bool ends;

	if (!value)
		return NULL;
	after = &m->slots[((size_t)(slot - m->slots) + 1) & (m->n_slots - 1)];
	ends = !after->value && after->key != GRAVE;
	*slot = (struct idmap_slot){.key = ends ? 0 : GRAVE};
	m->n_used -= ends;
	m->n_items--;
	return value;
}

size_t idmap_counted(const struct idmap *m, uint64_t key)
{
	return (uintptr_t)idmap_find(m, key);
}

void idmap_count(struct idmap *m, uint64_t key, int change)
{
	uintptr_t n = idmap_counted(m, key) + (uintptr_t)change;

	if (n)
		idmap_put(m, key, (void *)n);
	else
		idmap_remove(m, key);
}

void *idmap_next(const struct idmap *m, size_t *cursor)
{
	while (*cursor < m->n_slots) {
		void *value = m->slots[(*cursor)++].value;

		if (value)
			return value;
	}
	return NULL;
}
