// SPDX-License-Identifier: MIT
#include "client/ui/handles.h"
#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>

void handles_clear(struct handles *h)
{
	for (size_t i = 0; h->slots && i < HANDLES_MAX; i++)
		free(h->slots[i].id);
	free(h->slots);
	map_clear(&h->by_id);
	*h = (struct handles){0};
}

const struct handle *handles_of(const struct handles *h, struct span id)
{
	return map_find(&h->by_id, id);
}

static struct handle *next_slot(struct handles *h)
{
	if (!h->slots)
		h->slots = xcalloc(HANDLES_MAX, sizeof(*h->slots));
	size_t i = h->n_given++ % HANDLES_MAX;
	struct handle *slot = &h->slots[i];
	if (slot->id)
		map_remove(&h->by_id, span_of(slot->id));
	free(slot->id);
	snprintf(slot->name, sizeof(slot->name), "%c%zu", HANDLE_LETTERS[i / HANDLE_NUMBERS],
		 i % HANDLE_NUMBERS + 1);
	return slot;
}

const struct handle *handles_need(struct handles *h, unsigned target_id, struct span id)
{
	const struct handle *known = handles_of(h, id);
	if (known)
		return known;
	struct handle *slot = next_slot(h);
	slot->target_id = target_id;
	slot->id = span_dup(id);
	map_put(&h->by_id, span_of(slot->id), slot);
	return slot;
}

static struct span bare(struct span word)
{
	bool is_framed = word.len > 2 && word.at[0] == '[' && word.at[word.len - 1] == ']';
	return is_framed ? span_from(word.at + 1, word.len - 2) : word;
}

bool handles_is_name(struct span word)
{
	uint64_t number;
	struct span name = bare(word);
	bool has_letter = name.len > 1 && name.at[0] && strchr(HANDLE_LETTERS, name.at[0] | 32);
	return has_letter && span_to_u64(span_after(name, 1), &number) && name.at[1] != '0' &&
	       number <= HANDLE_NUMBERS;
}

const struct handle *handles_find(const struct handles *h, struct span word)
{
	for (size_t i = 0; h->slots && i < HANDLES_MAX; i++) {
		const struct handle *slot = &h->slots[i];
		if (slot->id && span_eq_fold(span_of(slot->name), bare(word)))
			return slot;
	}
	return NULL;
}
