// SPDX-License-Identifier: MIT
// Byte by byte outside of the pieces, so that it does not matter where the network cut.
#include "client/outside/http_chunks.h"

#define DIGITS_MAX 15 // of a size, in hex: nothing overflows

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum http_chunks_result end_size(struct http_chunks *c)
{
	if (!c->n_digits)
		return HTTP_CHUNKS_BAD;
	c->at = c->left ? CHUNK_DATA : CHUNK_TRAILER;
	c->n_line = c->n_digits = 0;
	c->is_past = false;
	return HTTP_CHUNKS_MORE;
}

// "1a;name=value" and its CR LF.
static enum http_chunks_result take_size(struct http_chunks *c, char byte)
{
	int digit = digit_of(byte);

	if (byte == '\n')
		return end_size(c);
	if (c->is_past || byte == '\r' || byte == ';' || byte == ' ' || byte == '\t') {
		c->is_past = true;
		return HTTP_CHUNKS_MORE;
	}
	if (digit < 0 || ++c->n_digits > DIGITS_MAX)
		return HTTP_CHUNKS_BAD;
	c->left = c->left * 16 + (uint64_t)digit;
	return HTTP_CHUNKS_MORE;
}

static enum http_chunks_result take_line_end(struct http_chunks *c, char byte)
{
	if (byte == '\r' && c->n_line == 1)
		return HTTP_CHUNKS_MORE;
	if (byte != '\n')
		return HTTP_CHUNKS_BAD;
	c->at = CHUNK_SIZE;
	c->n_line = 0;
	return HTTP_CHUNKS_MORE;
}

// Up to a line that is empty.
static enum http_chunks_result take_trailer(struct http_chunks *c, char byte)
{
	if (byte == '\n' && !c->n_digits)
		return HTTP_CHUNKS_END;
	if (byte == '\n')
		c->n_digits = 0;
	else if (byte != '\r')
		c->n_digits++;
	return HTTP_CHUNKS_MORE;
}

static enum http_chunks_result take_byte(struct http_chunks *c, char byte)
{
	if (++c->n_line > HTTP_CHUNK_LINE_MAX)
		return HTTP_CHUNKS_BAD;
	if (c->at == CHUNK_SIZE)
		return take_size(c, byte);
	return c->at == CHUNK_TRAILER ? take_trailer(c, byte) : take_line_end(c, byte);
}

enum http_chunks_result http_chunks_next(struct http_chunks *c, struct span *bytes,
					 struct span *data)
{
	enum http_chunks_result result = HTTP_CHUNKS_MORE;

	while (bytes->len && result == HTTP_CHUNKS_MORE && c->at != CHUNK_DATA) {
		result = take_byte(c, bytes->at[0]);
		*bytes = span_after(*bytes, 1);
	}
	if (result != HTTP_CHUNKS_MORE || !bytes->len || c->at != CHUNK_DATA)
		return result;
	*data = span_from(bytes->at, bytes->len < c->left ? bytes->len : (size_t)c->left);
	*bytes = span_after(*bytes, data->len);
	c->left -= data->len;
	if (!c->left)
		c->at = CHUNK_LINE_END;
	return HTTP_CHUNKS_DATA;
}
