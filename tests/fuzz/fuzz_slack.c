// SPDX-License-Identifier: MIT
// Whatever is sent to a hook becomes text within the bounds of a message, or is refused in words.
#include "common/buf.h"
#include "common/utf8.h"
#include "server/hub/web/hook_body.h"
#include "server/letters/limits.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(struct span type, struct span body)
{
	struct buf text = {0}, why = {0};
	unsigned status = hook_body(type, body, &text, &why);

	if (status) {
		assert(status == 400 || status == 413 || status == 415);
		assert(why.len);
		for (size_t i = 0; i < why.len; i++)
			assert(why.at[i] >= ' ' && why.at[i] <= '~');
	} else {
		assert(text.len && text.len <= MULTILINE_BYTES_MAX);
		assert(utf8_is_valid(buf_span(&text)));
		assert(!memchr(text.at, '\0', text.len) && !memchr(text.at, '\r', text.len));
	}
	buf_clear(&text);
	buf_clear(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span body = span_from(bytes, len);

	check(SPAN("application/json"), body);
	check(SPAN("application/x-www-form-urlencoded"), body);
	return 0;
}
