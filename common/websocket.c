// SPDX-License-Identifier: MIT
// The way in: a frame's header is taken byte by byte, its payload as it comes.
//
// 1. What is judged, is judged at the byte that decides it, so no split of the input matters.
// 2. A header of a client has six bytes at least, so the LF behind a message has room where a
//    header stood, but for one message: the one whose header came with the bytes before.
#include "common/websocket.h"

#include "common/utf8.h"

#include <assert.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LEN 0x7f
#define LEN_16 126
#define LEN_64 127
#define MASK_LEN 4

void websocket_init(struct websocket *w)
{
	*w = (struct websocket){0};
}

static enum websocket_event broken(struct websocket *w, enum websocket_code code,
				   const char *why)
{
	w->code = (uint16_t)code;
	w->why = why;
	return WEBSOCKET_BROKEN;
}

static uint8_t opcode(const struct websocket *w)
{
	return w->head[0] & OPCODE;
}

static bool is_control(const struct websocket *w)
{
	return opcode(w) >= WEBSOCKET_CLOSE;
}

static bool is_last(const struct websocket *w)
{
	return (w->head[0] & FIN) != 0;
}

// Bytes of the header, as far as can be told.
static size_t head_size(const struct websocket *w)
{
	unsigned len = w->head[1] & LEN;

	if (w->head_len < 2)
		return 2;
	return 2U + (len == LEN_64 ? 8 : len == LEN_16 ? 2 : 0) + MASK_LEN;
}

static bool is_head_whole(const struct websocket *w)
{
	return w->head_len == head_size(w);
}

static enum websocket_event judge_order(struct websocket *w)
{
	if (opcode(w) == WEBSOCKET_CONTINUATION && !w->message)
		return broken(w, WEBSOCKET_PROTOCOL, "nothing was begun that could go on");
	if (opcode(w) != WEBSOCKET_CONTINUATION && w->message)
		return broken(w, WEBSOCKET_PROTOCOL,
			      "a message begins before the last one ended");
	return WEBSOCKET_MORE;
}

// The first two bytes, 5.2 and 5.5.
static enum websocket_event judge_kind(struct websocket *w)
{
	if (w->head[0] & RESERVED)
		return broken(w, WEBSOCKET_PROTOCOL, "a reserved bit is set");
	if (opcode(w) > WEBSOCKET_PONG ||
	    (opcode(w) > WEBSOCKET_BINARY && opcode(w) < WEBSOCKET_CLOSE))
		return broken(w, WEBSOCKET_PROTOCOL, "there is no such opcode");
	if (!(w->head[1] & MASKED))
		return broken(w, WEBSOCKET_PROTOCOL, "a frame of a client is not masked");
	if (!is_control(w))
		return judge_order(w);
	if (!is_last(w))
		return broken(w, WEBSOCKET_PROTOCOL, "a control frame is in fragments");
	if ((w->head[1] & LEN) > WEBSOCKET_CONTROL_MAX)
		return broken(w, WEBSOCKET_PROTOCOL,
			      "a control frame is longer than 125 bytes");
	return WEBSOCKET_MORE;
}

static uint64_t payload_len(const struct websocket *w)
{
	uint64_t len = 0;

	if ((w->head[1] & LEN) < LEN_16)
		return w->head[1] & LEN;
	for (size_t i = 2; i < head_size(w) - MASK_LEN; i++)
		len = len << 8 | w->head[i];
	return len;
}

static bool is_shortest(const struct websocket *w, uint64_t len)
{
	switch (w->head[1] & LEN) {
	case LEN_64:
		return len > UINT16_MAX;
	case LEN_16:
		return len >= LEN_16;
	default:
		return true;
	}
}

// The header is whole.
static enum websocket_event begin(struct websocket *w)
{
	uint64_t len = payload_len(w);

	if (len >> 63)
		return broken(w, WEBSOCKET_PROTOCOL, "a length has its highest bit set");
	if (!is_shortest(w, len))
		return broken(w, WEBSOCKET_PROTOCOL, "a length is written longer than it is");
	w->left = len;
	w->mask_at = 0;
	if (is_control(w)) {
		w->control_len = 0;
		return WEBSOCKET_MORE;
	}
	if (len > WEBSOCKET_MESSAGE_MAX - w->joined)
		return broken(w, WEBSOCKET_TOO_LONG, "a message is longer than any line");
	w->joined += (uint32_t)len;
	if (opcode(w) != WEBSOCKET_CONTINUATION)
		w->message = opcode(w);
	return WEBSOCKET_MORE;
}

static enum websocket_event take_head(struct websocket *w, struct span *in)
{
	enum websocket_event event = WEBSOCKET_MORE;

	w->head[w->head_len++] = (uint8_t)in->at[0];
	*in = span_after(*in, 1);
	if (w->head_len == 2)
		event = judge_kind(w);
	if (event == WEBSOCKET_MORE && is_head_whole(w))
		event = begin(w);
	return event;
}

// The first byte of a character, and the bounds of its second (Unicode 15, table 3-7).
static bool begin_character(struct websocket *w, uint8_t c)
{
	w->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	w->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	w->lacks = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	return c < 0x80 || (c >= 0xc2 && c <= 0xf4);
}

static bool is_utf8_so_far(struct websocket *w, uint8_t c)
{
	if (!w->lacks)
		return begin_character(w, c);
	if (c < w->low || c > w->high)
		return false;
	w->lacks--;
	w->low = 0x80;
	w->high = 0xbf;
	return true;
}

static uint8_t unmask(struct websocket *w, char c)
{
	const uint8_t *mask = w->head + w->head_len - MASK_LEN;

	return (uint8_t)c ^ mask[w->mask_at++ % MASK_LEN];
}

static enum websocket_event take_data(struct websocket *w, struct span part, char **out)
{
	for (size_t i = 0; i < part.len; i++) {
		uint8_t c = unmask(w, part.at[i]);

		if (w->message == WEBSOCKET_TEXT && !is_utf8_so_far(w, c))
			return broken(w, WEBSOCKET_NOT_UTF8, "a text is no UTF-8");
		*(*out)++ = c == '\r' || c == '\n' ? '\0' : (char)c;
	}
	return WEBSOCKET_MORE;
}

static enum websocket_event take_payload(struct websocket *w, struct span *in, char **out)
{
	size_t count = in->len < w->left ? in->len : (size_t)w->left;
	struct span part = span_from(in->at, count);

	*in = span_after(*in, count);
	w->left -= count;
	if (!is_control(w))
		return take_data(w, part, out);
	for (size_t i = 0; i < count; i++)
		w->control[w->control_len++] = unmask(w, part.at[i]);
	return WEBSOCKET_MORE;
}

// What may come over the wire, 7.4 and IANA's registry.
static bool is_code(unsigned code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

static enum websocket_event judge_close(struct websocket *w)
{
	unsigned code = (unsigned)w->control[0] << 8 | w->control[1];

	w->code = WEBSOCKET_NO_CODE;
	if (!w->control_len)
		return WEBSOCKET_CLOSED;
	if (w->control_len == 1 || !is_code(code))
		return broken(w, WEBSOCKET_PROTOCOL, "a close has no code that may be sent");
	if (!utf8_is_valid(span_from(w->control + 2, w->control_len - 2U)))
		return broken(w, WEBSOCKET_NOT_UTF8, "the reason of a close is no UTF-8");
	w->code = (uint16_t)code;
	return WEBSOCKET_CLOSED;
}

static enum websocket_event end_message(struct websocket *w, char **out)
{
	if (w->message == WEBSOCKET_TEXT && w->lacks)
		return broken(w, WEBSOCKET_NOT_UTF8, "a text ends within a character");
	*(*out)++ = '\n';
	w->message = 0;
	w->joined = 0;
	return WEBSOCKET_MORE;
}

static enum websocket_event end_frame(struct websocket *w, char **out)
{
	w->head_len = 0;
	switch (opcode(w)) {
	case WEBSOCKET_CLOSE:
		return judge_close(w);
	case WEBSOCKET_PING:
		return WEBSOCKET_PINGED;
	case WEBSOCKET_PONG:
		return WEBSOCKET_PONGED;
	default:
		return is_last(w) ? end_message(w, out) : WEBSOCKET_MORE;
	}
}

static enum websocket_event step(struct websocket *w, struct span *in, char **out)
{
	enum websocket_event event =
		is_head_whole(w) ? take_payload(w, in, out) : take_head(w, in);

	if (event == WEBSOCKET_MORE && is_head_whole(w) && !w->left)
		event = end_frame(w, out);
	return event;
}

enum websocket_event websocket_read(struct websocket *w, struct span *in, char **out)
{
	enum websocket_event event = (enum websocket_event)w->over;

	while (event == WEBSOCKET_MORE && in->len)
		event = step(w, in, out);
	if (event == WEBSOCKET_CLOSED || event == WEBSOCKET_BROKEN)
		w->over = (uint8_t)event;
	return event;
}

struct span websocket_said(const struct websocket *w)
{
	size_t code_len = w->over && w->control_len ? 2 : 0;

	return span_from(w->control + code_len, w->control_len - code_len);
}
