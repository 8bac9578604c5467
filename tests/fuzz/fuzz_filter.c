// SPDX-License-Identifier: MIT
// Whatever comes in, no control character but LF leaves the filter, and it is UTF-8.
#include "client/text/filter.h"
#include "client/text/width.h"
#include "common/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct span s, bool keeps_lf)
{
	if (!utf8_is_valid(s))
		abort();
	for (size_t at = 0; at < s.len;) {
		uint32_t code = utf8_next(s, &at);
		bool is_lf = keeps_lf && code == '\n';
		if ((code < 0x20 && !is_lf) || (code >= 0x7f && code < 0xa0))
			abort();
		if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
			abort();
	}
	for (size_t at = 0; at < s.len;) {
		int width;
		size_t len = width_next(NULL, span_after(s, at), &width);
		if (len == 0 || len > CLUSTER_MAX || width < 0 || width > (int)len)
			abort();
		at += len;
	}
}

// Proves C1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = {0};
	struct span in = span_from(data, size);
	filter_add(&out, in);
	check(buf_span(&out), true);
	buf_reset(&out);
	filter_add_line(&out, in);
	check(buf_span(&out), false);
	buf_clear(&out);
	return 0;
}
