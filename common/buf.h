// SPDX-License-Identifier: MIT
// Owned, growing bytes.
//
// A zeroed struct is an empty buffer. Owner: whoever holds the struct; one thread.
#pragma once

#include "common/attr.h"
#include "common/span.h"

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *at;
	size_t len;
	size_t cap;
};

// Frees the bytes; the struct is an empty buffer again.
void buf_clear(struct buf *b);
// Forgets the bytes, keeps the memory.
void buf_reset(struct buf *b);
// Space for `more` bytes after len; the caller writes there and adds to b->len.
char *buf_space(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_span(struct buf *b, struct span s);
void buf_add_str(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t n);
void buf_add_i64(struct buf *b, int64_t n);
PRINTF(2, 3) void buf_printf(struct buf *b, const char *format, ...);
PRINTF(2, 0) void buf_vprintf(struct buf *b, const char *format, va_list args);
// Drops `count` bytes at the front.
void buf_drop(struct buf *b, size_t count);
// Borrowed view of all the bytes, valid until the next call that changes b.
MUST_USE struct span buf_span(const struct buf *b);
// The bytes, NUL-terminated and now the caller's (free()); b is empty.
MUST_USE char *buf_take(struct buf *b);
// NUL-terminates in place (the NUL is not counted) and gives the borrowed text.
MUST_USE const char *buf_str(struct buf *b);
