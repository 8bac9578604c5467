// SPDX-License-Identifier: MIT
// The way out: headers before lines that stay as they are, and whole control frames.
#include "common/utf8.h"
#include "common/websocket.h"

#include <assert.h>

#define FIN 0x80
#define LEN_16 126

size_t websocket_head(char out[static WEBSOCKET_HEAD_MAX], enum websocket_op op, size_t len)
{
	assert(len <= WEBSOCKET_LINE_MAX);
	out[0] = (char)(FIN | (unsigned)op);
	if (len < LEN_16) {
		out[1] = (char)len;
		return 2;
	}
	out[1] = LEN_16;
	out[2] = (char)(len >> 8);
	out[3] = (char)len;
	return 4;
}

void websocket_put(struct buf *out, enum websocket_op op, struct span payload)
{
	char head[WEBSOCKET_HEAD_MAX];

	assert(op < WEBSOCKET_CLOSE || payload.len <= WEBSOCKET_CONTROL_MAX);
	buf_add(out, head, websocket_head(head, op, payload.len));
	buf_add_span(out, payload);
}

void websocket_put_close(struct buf *out, unsigned code, struct span reason)
{
	char payload[WEBSOCKET_CONTROL_MAX] = {(char)(code >> 8), (char)code};
	struct span fits = SPAN("");

	if (code == WEBSOCKET_NO_CODE) {
		websocket_put(out, WEBSOCKET_CLOSE, SPAN(""));
		return;
	}
	if (utf8_is_valid(reason))
		fits = utf8_cut(reason, WEBSOCKET_REASON_MAX);
	if (fits.len)
		memcpy(payload + 2, fits.at, fits.len);
	websocket_put(out, WEBSOCKET_CLOSE, span_from(payload, 2 + fits.len));
}
