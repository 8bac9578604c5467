// SPDX-License-Identifier: MIT
// Frames in two splits give the same lines and events; what is read in place overtakes nothing.
#include "common/buf.h"
#include "common/die.h"
#include "common/utf8.h"
#include "common/websocket.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void tell(const struct websocket *w, enum websocket_event event, struct buf *out)
{
	struct span said = websocket_said(w);

	if (event == WEBSOCKET_MORE)
		return;
	assert(event == WEBSOCKET_BROKEN || said.len <= WEBSOCKET_CONTROL_MAX);
	assert((event == WEBSOCKET_BROKEN) == (w->why != NULL));
	if (event == WEBSOCKET_CLOSED)
		assert(utf8_is_valid(said) && w->code >= 1000 && w->code < 5000);
	buf_printf(out, "(%d %u ", (int)event, w->code);
	if (event != WEBSOCKET_BROKEN)
		buf_add_span(out, said);
	buf_add_char(out, ')');
}

static bool feed(struct websocket *w, struct span piece, struct buf *told)
{
	char *memory = xmalloc(piece.len + 1), *out = memory;
	struct span in = span_from(memory + 1, piece.len);
	enum websocket_event event;

	memcpy(memory + 1, piece.at, piece.len);
	do {
		char *before = out;

		event = websocket_read(w, &in, &out);
		assert(out >= before && out <= memory + 1 + piece.len - in.len);
		buf_add(told, before, (size_t)(out - before));
		tell(w, event, told);
	} while (event == WEBSOCKET_PINGED || event == WEBSOCKET_PONGED);
	free(memory);
	return event == WEBSOCKET_MORE;
}

static void run(struct span input, struct span sizes, struct buf *told)
{
	struct websocket w;
	bool goes_on = true;
	size_t at = 0;

	websocket_init(&w);
	while (goes_on && input.len) {
		size_t step =
			sizes.len ? (unsigned char)sizes.at[at++ % sizes.len] + 1U : input.len;

		step = step < input.len ? step : input.len;
		goes_on = feed(&w, span_from(input.at, step), told);
		input = span_after(input, step);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct buf whole = {0}, split = {0};
	size_t n_sizes = len ? bytes[0] % 8U + 1 : 0;
	struct span input;

	if (len < n_sizes + 2)
		return 0;
	input = span_from(bytes + 1 + n_sizes, len - 1 - n_sizes);
	run(input, SPAN(""), &whole);
	run(input, span_from(bytes + 1, n_sizes), &split);
	assert(span_eq(buf_span(&whole), buf_span(&split)));
	buf_clear(&whole);
	buf_clear(&split);
	return 0;
}
