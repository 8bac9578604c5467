// SPDX-License-Identifier: MIT
#include "server/letters/journal.h"

#include "common/grow.h"
#include "server/letters/letter.h"

#include <stdlib.h>

struct journal *journal_new(entry_no first)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->letter.kind = LETTER_JOURNAL;
	j->first = first;
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	arena_clear(&j->arena);
	free(j->entries);
	free(j);
}

static void copy_span(void *arena, struct span *s)
{
	*s = arena_dup(arena, *s);
}

void journal_add(struct journal *j, const struct entry *e)
{
	j->entries = grow(j->entries, j->n_entries, &j->n_space, sizeof(*j->entries));
	j->entries[j->n_entries] = *e;
	entry_each_span(&j->entries[j->n_entries++], copy_span, &j->arena);
}
