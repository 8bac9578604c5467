// SPDX-License-Identifier: MIT
// Borrowed bytes: a pointer and a length. Never owns, never ends in NUL by promise.
//
// A span is valid as long as what it points into; see the function that gave it.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *at;
	size_t len;
};

#define SPAN(literal) ((struct span){"" literal, sizeof(literal) - 1})
#define SPAN_FMT "%.*s"
#define SPAN_ARG(s) (int)(s).len, (s).at

static inline struct span span_of(const char *text)
{
	return (struct span){text, text ? strlen(text) : 0};
}

static inline struct span span_from(const void *at, size_t len)
{
	return (struct span){at, len};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

// ASCII case is ignored (CASEMAPPING=ascii).
MUST_USE bool span_eq_fold(struct span a, struct span b);
MUST_USE bool span_starts(struct span s, struct span prefix);
MUST_USE bool span_starts_fold(struct span s, struct span prefix);
// Index of the first `c`, or s.len.
MUST_USE size_t span_find(struct span s, char c);
// Takes the part before the first `sep` off *rest, which keeps what follows it.
// An empty *rest gives an empty span.
struct span span_cut(struct span *rest, char sep);
MUST_USE struct span span_trim(struct span s);
// The part from byte `from` on; empty when from is past the end.
MUST_USE struct span span_after(struct span s, size_t from);
// Whole span as a decimal number. False when empty, not digits, or too large.
MUST_USE bool span_to_u64(struct span s, uint64_t *value);
// A fresh NUL-terminated copy, owned by the caller.
MUST_USE char *span_dup(struct span s);
