// SPDX-License-Identifier: MIT
// The key decoder gives the same events for any split of the bytes, and always ends.
#include "client/ui/input.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(struct buf *out, const struct input *in, struct keypress key)
{
	buf_add(out, &key.code, sizeof(key.code));
	buf_add(out, &key.mods, sizeof(key.mods));
	buf_add(out, &key.rune, sizeof(key.rune));
	if (key.code == KEY_PASTE || key.code == KEY_REPORT)
		buf_add_span(out, input_text(in));
}

static void drain(struct input *in, struct buf *out)
{
	struct keypress key;
	while (input_next(in, &key) == INPUT_KEY)
		note(out, in, key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input whole = {0}, split = {0};
	struct buf a = {0}, b = {0};
	input_feed(&whole, data, size);
	drain(&whole, &a);
	for (size_t i = 0; i < size; i++) {
		input_feed(&split, data + i, 1);
		drain(&split, &b);
	}
	if (a.len != b.len || (a.len && memcmp(a.at, b.at, a.len) != 0))
		abort();
	input_flush(&whole);
	drain(&whole, &a);
	input_clear(&whole);
	input_clear(&split);
	buf_clear(&a);
	buf_clear(&b);
	return 0;
}
