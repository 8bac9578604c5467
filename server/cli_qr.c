// SPDX-License-Identifier: MIT
// A link as a QR code: two rows of modules in each line of half blocks.
#include "server/cli.h"

#include <qrencode.h>
#include <stdio.h>

#define QUIET 2 // modules of white around it

static bool is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return code->data[y * code->width + x] & 1;
}

void cli_qr(const char *text)
{
	// White on black terminals are the rule, so what is drawn is the light part.
	static const char *const blocks[2][2] = {{"█", "▀"}, {"▄", " "}};
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);

	if (!code)
		return;
	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		for (int x = -QUIET; x < code->width + QUIET; x++)
			fputs(blocks[is_dark(code, x, y)][is_dark(code, x, y + 1)], stderr);
		fputc('\n', stderr);
	}
	QRcode_free(code);
}
