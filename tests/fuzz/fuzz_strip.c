// SPDX-License-Identifier: MIT
// Pictures freed of what they tell: no read outside of them, never more bytes than there were
// but for how it is turned, and what was stripped once is left as it is.
#include "client/files/strip.h"

#include <stdint.h>
#include <stdlib.h>

#define TURNED 36 // bytes that say how

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span copy_of(struct span s)
{
	char *bytes = malloc(s.len + 1);

	if (!bytes)
		abort();
	if (s.len)
		memcpy(bytes, s.at, s.len);
	return span_from(bytes, s.len);
}

static void look_again(struct span once)
{
	struct buf twice = {0};

	if (strip_picture(once, &twice) != STRIP_DONE || !span_eq(buf_span(&twice), once))
		abort();
	buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	// Its own piece of memory, so that a read behind it is seen.
	struct span in = copy_of(span_from(data, size));
	struct buf out = {0};
	enum stripped how = strip_picture(in, &out);

	if ((how == STRIP_DONE) != (out.len > 0) || out.len > in.len + TURNED)
		abort();
	if (how == STRIP_DONE)
		look_again(buf_span(&out));
	buf_clear(&out);
	free((void *)(uintptr_t)in.at);
	return 0;
}
