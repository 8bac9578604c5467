// SPDX-License-Identifier: MIT
// A device has a cursor by its label, so both change together.
#include "server/hub/pages/relabel.h"

#include "server/hub/pages/replay.h"
#include "server/hub/people/credential_label.h"

#include <stdlib.h>

// Older ones keep theirs.
static bool must_change(const struct credential *c)
{
	uint64_t number;

	if (span_to_u64(span_of(c->label), &number))
		return true;
	list_for_each(item, &c->account->credentials) {
		const struct credential *other =
			container_of(item, struct credential, in_account);

		if (other == c)
			return false;
		if (span_eq(span_of(other->label), span_of(c->label)))
			return true;
	}
	return false;
}

static void relabel(struct credential *c)
{
	struct buf label = {0};

	credential_label(c->account, c, span_of(c->label), &label);
	cursor_copy(c->account, span_of(c->label), buf_span(&label));
	free(c->label);
	c->label = span_dup(buf_span(&label));
	credential_post(c);
	buf_clear(&label);
}

void credentials_loaded(struct hub *h)
{
	size_t cursor = 0;
	struct account *a;

	while ((a = idmap_next(&h->accounts, &cursor))) {
		list_for_each(item, &a->credentials) {
			struct credential *c =
				container_of(item, struct credential, in_account);

			if (must_change(c))
				relabel(c);
		}
	}
}
