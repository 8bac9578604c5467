// SPDX-License-Identifier: MIT
// What draws a picture says whatever it likes: cells are blank, ASCII or blocks, within the size
// that was asked for; of pixels nothing passes but their own sequences, and what passed once
// passes again as it is.
#include "client/ui/mosaic.h"
#include "client/ui/pixels.h"
#include "common/utf8.h"

#include <stdint.h>
#include <stdlib.h>

#define COLS 60
#define ROWS 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool fact)
{
	if (!fact)
		abort();
}

static void look_at_cell(const struct mosaic_cell *c)
{
	size_t at = 0;
	uint32_t code = c->len ? utf8_next(span_from(c->text, c->len), &at) : ' ';

	must(at == c->len);
	must((code >= 0x20 && code < 0x7f) || (code >= 0x2580 && code <= 0x259f));
	must(c->fg < 2 * INK_RGB && c->bg < 2 * INK_RGB);
}

static void try_mosaic(struct span in)
{
	struct mosaic m;
	const char *why = mosaic_parse(&m, in, COLS, ROWS);

	must((why == NULL) == (m.cells != NULL));
	must(m.cols <= COLS && m.rows <= ROWS);
	for (int i = 0; m.cells && i < COLS * ROWS; i++)
		look_at_cell(&m.cells[i]);
	mosaic_clear(&m);
}

static size_t count(struct span in, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++)
		n += in.at[i] == c;
	return n;
}

// No control character but the ESC of its own beginnings and ends.
static void look_at_pixels(struct span out, char kind)
{
	size_t n_own = 0;

	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.at[i];
		must(c < 0x7f && (c >= ' ' || c == '\x1b' || c == '\n' || c == '\r'));
		if (c != '\x1b')
			continue;
		must(i + 1 < out.len && (out.at[i + 1] == kind || out.at[i + 1] == '\\'));
		n_own++;
	}
	must(n_own >= 2 && n_own % 2 == 0 && n_own == count(out, '\x1b'));
}

static void try_pixels(struct span in, const char *(*read)(struct span bytes, struct buf *out),
		       char kind)
{
	struct buf out = {0};

	if (read(in, &out))
		must(out.len == 0);
	else
		look_at_pixels(buf_span(&out), kind);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	// Its own piece of memory, so that a read behind it is seen.
	char *copy = malloc(size + 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	char *in = realloc(copy, size ? size : 1);
	if (!in)
		abort();
	try_mosaic(span_from(in, size));
	try_pixels(span_from(in, size), pixels_kitty, '_');
	try_pixels(span_from(in, size), pixels_sixel, 'P');
	free(in);
	return 0;
}
