// SPDX-License-Identifier: MIT
// Labels: the devices and tokens of an account are called differently, so that a label is
// one of them. A number is never a label: it would be taken for a credential's own.
#include "server/hub/people/credential_label.h"

#include "common/utf8.h"

static bool is_free(const struct account *a, const struct credential *except, struct span label)
{
	uint64_t number;

	if (span_to_u64(label, &number))
		return false;
	list_for_each(item, &a->credentials) {
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
