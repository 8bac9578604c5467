// SPDX-License-Identifier: MIT
#include "server/hub/door/sasl_long.h"

#include "server/hub/state/session.h"
#include "server/letters/limits.h"

bool sasl_long_goes_on(struct exchange *x)
{
	struct list *all = &x->session->hub->long_exchanges;
	size_t n = 0, n_of_source = 0;

	if (!list_is_empty(&x->in_long))
		return true;
	list_for_each_safe(item, after, all) {
		const struct exchange *other = container_of(item, struct exchange, in_long);

		n++;
		n_of_source += other->session->from.source == x->session->from.source;
	}
	if (n >= SASL_LONG_MAX || n_of_source >= SASL_LONG_PER_SOURCE)
		return false;
	list_add(all, &x->in_long);
	return true;
}

void sasl_long_end(struct exchange *x)
{
	list_remove(&x->in_long);
}
