// SPDX-License-Identifier: MIT
#include "client/ui/qr.h"

#include "common/die.h"

#include <qrencode.h>
#include <sodium.h>
#include <stdlib.h>

#define DARK_ON_LIGHT "\033[38;5;16;48;5;231m"
#define AS_BEFORE "\033[0m"
#define FRAME 2 // modules of light around it: telephones are content with that

bool qr_make(struct qr *qr, struct span text)
{
	char *copy = span_dup(text);
	QRcode *code = QRcode_encodeString8bit(copy, 0, QR_ECLEVEL_L);
	size_t count;

	*qr = (struct qr){0};
	sodium_memzero(copy, text.len);
	free(copy);
	if (!code)
		return false;
	count = (size_t)code->width * (size_t)code->width;
	*qr = (struct qr){.size = code->width, .light = xcalloc(count, 1)};
	for (size_t i = 0; i < count; i++)
		qr->light[i] = !(code->data[i] & 1);
	sodium_memzero(code->data, count);
	QRcode_free(code);
	return true;
}

void qr_clear(struct qr *qr)
{
	if (qr->light)
		sodium_memzero(qr->light, (size_t)qr->size * (size_t)qr->size);
	free(qr->light);
	*qr = (struct qr){0};
}

int qr_cols(const struct qr *qr)
{
	return qr->size + 2 * FRAME;
}

int qr_rows(const struct qr *qr)
{
	return (qr->size + 2 * FRAME + 1) / 2;
}

static bool is_dark(const struct qr *qr, int x, int y)
{
	bool is_inside = x >= 0 && y >= 0 && x < qr->size && y < qr->size;

	return is_inside && !qr->light[y * qr->size + x];
}

// Two modules, one above the other.
static const char *block(const struct qr *qr, int x, int y)
{
	static const char *const blocks[2][2] = {{" ", "▄"}, {"▀", "█"}};

	return blocks[is_dark(qr, x - FRAME, 2 * y - FRAME)]
		     [is_dark(qr, x - FRAME, 2 * y + 1 - FRAME)];
}

void qr_draw(const struct qr *qr, struct grid *g, int row, int col)
{
	for (int y = 0; y < qr_rows(qr); y++) {
		for (int x = 0; x < qr_cols(qr); x++)
			grid_str(g, row + y, col + x, 1, STYLE_CODE, block(qr, x, y));
	}
}

void qr_print(const struct qr *qr, FILE *to)
{
	for (int y = 0; y < qr_rows(qr); y++) {
		fputs(DARK_ON_LIGHT, to);
		for (int x = 0; x < qr_cols(qr); x++)
			fputs(block(qr, x, y), to);
		fputs(AS_BEFORE "\n", to);
	}
}
