// SPDX-License-Identifier: MIT
#include "server/hub/commands/targets.h"

#include "common/names.h"

bool targets_add(struct targets *t, struct span name)
{
	if (!name.len)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (name_is_same(t->seen[i], name))
			return false;
	}
	if (t->n < TARGETS_SEEN_MAX)
		t->seen[t->n++] = name;
	return true;
}

bool targets_next(struct targets *t, struct span *list, struct span *name)
{
	while (list->len) {
		*name = span_cut(list, ',');
		if (targets_add(t, *name))
			return true;
	}
	return false;
}

size_t targets_count(struct span list)
{
	struct targets t;
	struct span name;

	targets_init(&t);
	while (targets_next(&t, &list, &name))
		continue;
	return t.n;
}
