// SPDX-License-Identifier: MIT
#include "common/loop_hook.h"

#include "common/die.h"

#include <stdlib.h>

void hooks_init(struct hooks *hooks)
{
	list_init(&hooks->all);
}

struct loop_hook *hooks_add(struct hooks *hooks, const struct loop_hook *hook)
{
	struct loop_hook *h = xmemdup(hook, sizeof(*hook));

	h->among = hooks;
	list_add(&hooks->all, &h->link);
	return h;
}

void hooks_call(struct hooks *hooks, int signal_number)
{
	list_for_each(item, &hooks->all) {
		struct loop_hook *h = container_of(item, struct loop_hook, link);

		if (h->fn && h->signal_number == signal_number)
			h->fn(h->arg);
	}
}

void hooks_bury(struct hooks *hooks)
{
	if (!hooks->has_dead)
		return;
	hooks->has_dead = false;
	list_for_each_safe(item, after, &hooks->all) {
		struct loop_hook *h = container_of(item, struct loop_hook, link);

		if (h->fn)
			continue;
		list_remove(item);
		free(h);
	}
}
