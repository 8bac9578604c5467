// SPDX-License-Identifier: MIT
#include "server/io/conn_table.h"

#include "common/grow.h"

#include <assert.h>
#include <stdlib.h>

#define SLOTS_MAX 0x1000000 // inside: what 24 bits of a conn_id can name

void conn_table_clear(struct conn_table *t)
{
	free(t->slots);
	*t = (struct conn_table){.shard = t->shard};
}

conn_id conn_table_add(struct conn_table *t, struct conn *c)
{
	uint32_t slot = t->first_free;

	if (slot) {
		t->first_free = t->slots[--slot].next_free;
	} else {
		assert(t->n_slots < SLOTS_MAX);
		t->slots = grow(t->slots, t->n_slots, &t->n_space, sizeof(*t->slots));
		slot = (uint32_t)t->n_slots++;
		t->slots[slot] = (struct conn_slot){.generation = 1};
	}
	t->slots[slot].conn = c;
	t->n_conns++;
	return CONN_ID(t->shard, slot, t->slots[slot].generation);
}

struct conn *conn_table_find(const struct conn_table *t, conn_id id)
{
	const struct conn_slot *slot;

	if (CONN_SHARD(id) != t->shard || CONN_SLOT(id) >= t->n_slots)
		return NULL;
	slot = &t->slots[CONN_SLOT(id)];
	return slot->generation == CONN_GENERATION(id) ? slot->conn : NULL;
}

void conn_table_remove(struct conn_table *t, conn_id id)
{
	struct conn_slot *slot = &t->slots[CONN_SLOT(id)];

	assert(slot->conn && slot->generation == CONN_GENERATION(id));
	slot->conn = NULL;
	// No id is 0, though the numbers may come round in the end.
	if (++slot->generation == 0)
		slot->generation = 1;
	slot->next_free = t->first_free;
	t->first_free = CONN_SLOT(id) + 1;
	t->n_conns--;
}

struct conn *conn_table_next(const struct conn_table *t, size_t *cursor)
{
	while (*cursor < t->n_slots) {
		struct conn *c = t->slots[(*cursor)++].conn;

		if (c)
			return c;
	}
	return NULL;
}
