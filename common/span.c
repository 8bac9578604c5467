// SPDX-License-Identifier: MIT
#include "common/span.h"

#include "common/die.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool span_eq_fold(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	}
	return true;
}

bool span_starts(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_eq(span_from(s.at, prefix.len), prefix);
}

bool span_starts_fold(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_eq_fold(span_from(s.at, prefix.len), prefix);
}

size_t span_find(struct span s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

struct span span_cut(struct span *rest, char sep)
{
	size_t end = span_find(*rest, sep);
	struct span part = {rest->at, end};

	*rest = span_after(*rest, end < rest->len ? end + 1 : end);
	return part;
}

struct span span_trim(struct span s)
{
	while (s.len && is_blank(s.at[0]))
		s = span_after(s, 1);
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct span span_after(struct span s, size_t from)
{
	if (from > s.len)
		from = s.len;
	if (!from)
		return s;
	return (struct span){s.at + from, s.len - from};
}

bool span_to_u64(struct span s, uint64_t *value)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(s.at[i] - '0'), &n))
			return false;
	}
	if (!s.len)
		return false;
	*value = n;
	return true;
}

char *span_dup(struct span s)
{
	char *copy = xmalloc(s.len + 1);

	if (s.len)
		memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	return copy;
}
