// SPDX-License-Identifier: MIT
#include "common/buf.h"

#include "common/die.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_MIN 64
#define U64_DIGITS 20

void buf_clear(struct buf *b)
{
	if (!b)
		return;
	free(b->at);
	*b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
	b->len = 0;
}

static void grow(struct buf *b, size_t more)
{
	size_t need, cap = b->cap ? b->cap : BUF_MIN;

	// Half the address space is more than any machine has: this is our own bug.
	assert(more <= SIZE_MAX / 4 && b->len <= SIZE_MAX / 4);
	need = b->len + more;
	while (cap < need)
		cap *= 2;
	b->at = xrealloc(b->at, cap);
	b->cap = cap;
}

char *buf_space(struct buf *b, size_t more)
{
	if (!b->at || b->cap - b->len < more)
		grow(b, more);
	return b->at + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!len)
		return;
	memcpy(buf_space(b, len), bytes, len);
	b->len += len;
}

void buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.at, s.len);
}

void buf_add_str(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_add_char(struct buf *b, char c)
{
	*buf_space(b, 1) = c;
	b->len++;
}

void buf_add_u64(struct buf *b, uint64_t n)
{
	char digits[U64_DIGITS];
	size_t at = U64_DIGITS;

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buf_add(b, digits + at, U64_DIGITS - at);
}

void buf_add_i64(struct buf *b, int64_t n)
{
	if (n < 0)
		buf_add_char(b, '-');
	buf_add_u64(b, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	buf_space(b, 1);
	len = vsnprintf(b->at + b->len, b->cap - b->len, format, args);
	assert(len >= 0);
	if ((size_t)len >= b->cap - b->len) {
		buf_space(b, (size_t)len + 1);
		len = vsnprintf(b->at + b->len, b->cap - b->len, format, again);
	}
	b->len += (size_t)len;
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_drop(struct buf *b, size_t count)
{
	assert(count <= b->len);
	if (!count)
		return;
	b->len -= count;
	memmove(b->at, b->at + count, b->len);
}

struct span buf_span(const struct buf *b)
{
	return (struct span){b->at, b->len};
}

const char *buf_str(struct buf *b)
{
	*buf_space(b, 1) = '\0';
	return b->at;
}

char *buf_take(struct buf *b)
{
	char *text;

	*buf_space(b, 1) = '\0';
	text = b->at;
	*b = (struct buf){0};
	return text;
}
