// SPDX-License-Identifier: MIT
#include "client/net/proof.h"

#include "common/encode.h"

#define DIGITS 6

static bool is_code(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	}
	return text.len == DIGITS;
}

void proof_line(struct buf *out, struct span typed)
{
	struct span code = span_trim(typed);

	buf_add_str(out, "CERT PROVE ");
	if (is_code(code)) {
		buf_add_str(out, "CODE ");
		buf_add_span(out, code);
	} else {
		encode_b64(out, typed.at, typed.len);
	}
}
