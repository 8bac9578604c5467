// SPDX-License-Identifier: MIT
// The same bytes in two splits give the same lines, and a line keeps its promises.
#include "common/buf.h"
#include "common/frame.h"
#include "common/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_line(struct span line)
{
	assert(line.len && line.len <= FRAME_TAGS_MAX + FRAME_PUSH_MAX);
	assert(utf8_is_valid(line));
	assert(!memchr(line.at, '\0', line.len) && !memchr(line.at, '\r', line.len) &&
	       !memchr(line.at, '\n', line.len));
}

static enum frame_result drain(struct frame *f, struct buf *out)
{
	enum frame_result result;
	struct span line;

	do {
		result = frame_next(f, &line);
		if (result == FRAME_LINE)
			check_line(line);
		if (result != FRAME_MORE) {
			buf_printf(out, "%d %zu ", (int)result, line.len);
			if (result == FRAME_LINE)
				buf_add_span(out, line);
		}
	} while (result != FRAME_MORE && result != FRAME_FLOOD);
	return result;
}

// Piece sizes come from `sizes`, over and over; none: as large as can be.
static void run(struct span input, struct span sizes, struct buf *out)
{
	struct frame f;
	size_t at = 0;

	frame_init(&f, FRAME_TAGS_MAX, FRAME_BODY_MAX);
	while (input.len) {
		size_t room, count;
		char *to = frame_space(&f, &room);

		assert(room && f.cap <= FRAME_MAX);
		count = sizes.len ? (unsigned char)sizes.at[at++ % sizes.len] + 1U : room;
		count = count < room ? count : room;
		count = count < input.len ? count : input.len;
		memcpy(to, input.at, count);
		frame_fed(&f, count);
		input = span_after(input, count);
		if (drain(&f, out) == FRAME_FLOOD)
			break;
		assert(f.at || f.len == 0);
	}
	frame_clear(&f);
}

// A short input may stand for a long one: its last byte says how often it is repeated.
static void repeat(struct buf *all, struct span input)
{
	unsigned char last = (unsigned char)input.at[input.len - 1];
	size_t times = input.len < 64 && last >= 0xf0 ? 20000 / input.len : 1;

	for (size_t i = 0; i < times; i++)
		buf_add_span(all, input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf all = {0}, whole = {0}, split = {0};
	size_t n_sizes = len ? bytes[0] % 8U + 1 : 0;

	if (len < n_sizes + 2)
		return 0;
	repeat(&all, span_from(bytes + 1 + n_sizes, len - 1 - n_sizes));
	run(buf_span(&all), SPAN(""), &whole);
	run(buf_span(&all), span_from(bytes + 1, n_sizes), &split);
	assert(span_eq(buf_span(&whole), buf_span(&split)));
	buf_clear(&all);
	buf_clear(&whole);
	buf_clear(&split);
	return 0;
}
