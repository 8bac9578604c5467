// SPDX-License-Identifier: MIT
#include "server/hub/state/namesakes.h"

void namesakes_init(struct namesakes *all)
{
	for (size_t i = 0; i < NAMESAKE_ROWS; i++) {
		list_init(&all->written[i]);
		list_init(&all->small[i]);
	}
}

void namesake_init(struct namesake *n, void *of)
{
	n->of = of;
	list_init(&n->by_written);
	list_init(&n->by_small);
}

void namesake_put(struct namesakes *all, struct namesake *n, struct span name)
{
	namesake_remove(n);
	n->looks = looks_of(name);
	list_add(&all->written[n->looks.written % NAMESAKE_ROWS], &n->by_written);
	list_add(&all->small[n->looks.small % NAMESAKE_ROWS], &n->by_small);
}

void namesake_remove(struct namesake *n)
{
	list_remove(&n->by_written);
	list_remove(&n->by_small);
}

void *namesake_find(const struct namesakes *all, struct span name, namesake_fn *is_meant,
		    const void *arg)
{
	struct looks looks = looks_of(name);

	list_for_each(item, &all->written[looks.written % NAMESAKE_ROWS]) {
		const struct namesake *n = container_of(item, struct namesake, by_written);

		if (n->looks.written == looks.written && is_meant(n, arg))
			return n->of;
	}
	list_for_each(item, &all->small[looks.small % NAMESAKE_ROWS]) {
		const struct namesake *n = container_of(item, struct namesake, by_small);

		if (n->looks.small == looks.small && is_meant(n, arg))
			return n->of;
	}
	return NULL;
}
