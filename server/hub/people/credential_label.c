// SPDX-License-Identifier: MIT
// Labels: the devices and tokens of an account are called differently, so that a label is
// one of them. A number is never a label: it would be taken for a credential's own.
#include "server/hub/people/credential.h"
#include "server/hub/history/history.h"
#include "server/hub/journal/post.h"

#include "common/utf8.h"

#include <stdlib.h>

static bool is_free(const struct account *a, const struct credential *except, struct span label)
{
	uint64_t number;

	if (span_to_u64(label, &number))
		return false;
	list_for_each(item, &a->credentials)
	{
		const struct credential *c = container_of(item, struct credential, in_account);

		if (c != except && span_eq(span_of(c->label), label))
			return false;
	}
	return true;
}

void credential_label(const struct account *a, const struct credential *except,
		      struct span wanted, struct buf *out)
{
	buf_add_span(out, wanted);
	for (int i = 2; !is_free(a, except, buf_span(out)); i++) {
		struct buf tail = {0};

		buf_printf(&tail, "-%d", i);
		buf_reset(out);
		buf_add_span(out, utf8_cut(wanted, DEVICE_NAME_MAX - tail.len));
		buf_add_span(out, buf_span(&tail));
		buf_clear(&tail);
	}
}

// Older ones keep theirs.
static bool must_change(const struct credential *c)
{
	uint64_t number;

	if (span_to_u64(span_of(c->label), &number))
		return true;
	list_for_each(item, &c->account->credentials)
	{
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
		list_for_each(item, &a->credentials)
		{
			struct credential *c =
				container_of(item, struct credential, in_account);

			if (must_change(c))
				relabel(c);
		}
	}
}
