// SPDX-License-Identifier: MIT
// Whatever a client says first in GS2: what is read of it is of it, and a token that loses its
// header is the one that gets it back.
#include "common/gs2.h"
#include "common/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void look_at_token(struct span token)
{
	struct gs2_first first = {.token = token};
	struct buf whole = {0};
	struct span again;

	gs2_wrap(&first, &whole);
	again = buf_span(&whole);
	if (token.len < 1 << 24)
		assert(gs2_unwrap(&again) && span_eq(again, token));
	buf_clear(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span message = span_from(bytes, len), token = message;
	struct gs2_first first;

	if (gs2_unwrap(&token)) {
		assert(token.at + token.len == message.at + message.len);
		look_at_token(token);
	}
	if (!gs2_read(&first, message))
		return 0;
	assert(first.header.len + first.token.len + (first.is_whole ? 2 : 0) == len);
	assert(first.token.at + first.token.len == message.at + message.len);
	assert(strlen(first.acts_as) <= GS2_NAME_MAX && utf8_is_valid(span_of(first.acts_as)));
	if (!first.is_whole)
		look_at_token(first.token);
	return 0;
}
