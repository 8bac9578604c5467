// SPDX-License-Identifier: MIT
// What the lists hold of an account that is deleted: whoever gets its name later is somebody
// else. Patterns stay, even where they meant nobody but the account.
#include "server/hub/rooms/ban_gone.h"

#include "server/hub/rooms/mode.h"

static size_t each_in(struct list *bans, const struct account *a, void (*fn)(struct ban *b))
{
	size_t n = 0;

	list_for_each_safe(item, after, bans) {
		struct ban *b = container_of(item, struct ban, in_list);

		if (b->account != a->id)
			continue;
		n++;
		if (fn != NULL)
			fn(b);
	}
	return n;
}

static size_t each_naming(struct account *a, void (*fn)(struct ban *b))
{
	size_t n = each_in(&a->hub->server_bans, a, fn), cursor = 0;
	struct room *r;

	while ((r = idmap_next(&a->hub->rooms, &cursor)) != NULL)
		n += each_in(&r->bans, a, fn);
	return n;
}

static void go(struct ban *b)
{
	if (b->room != NULL)
		mode_say_gone(b->room, b);
	ban_remove(b);
}

void bans_gone(struct account *a)
{
	(void)each_naming(a, go);
}

size_t bans_naming(struct account *a)
{
	return each_naming(a, NULL);
}
