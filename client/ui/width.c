// SPDX-License-Identifier: MIT
#include "client/ui/width.h"
#include "common/utf8.h"

#include <utf8proc.h>

#define BACK_MAX 256 // bytes that are looked at to find where a cluster began

static bool is_ascii_at(struct span s, size_t i)
{
	return i >= s.len || (unsigned char)s.at[i] < 0x80;
}

static bool is_regional(uint32_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

static int code_width(uint32_t code)
{
	utf8proc_int32_t c = (utf8proc_int32_t)code;
	if (code >= 0x1f300 && code <= 0x1faff &&
	    utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
		return 2;
	return utf8proc_charwidth(c);
}

size_t width_next(struct span s, int *width)
{
	*width = 0;
	if (!s.len)
		return 0;
	if (is_ascii_at(s, 0) && is_ascii_at(s, 1)) {
		*width = 1;
		return 1;
	}
	size_t at = 0;
	uint32_t before = utf8_next(s, &at);
	uint32_t first = before;
	int widest = code_width(before);
	utf8proc_int32_t state = 0;
	while (at < s.len) {
		size_t next = at;
		uint32_t code = utf8_next(s, &next);
		if (next > CLUSTER_MAX || code == '\n')
			break;
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
						     (utf8proc_int32_t)code, &state))
			break;
		int w = code == 0xfe0f ? 2 : code_width(code);
		if (is_regional(first) && is_regional(code))
			w = 2;
		widest = w > widest ? w : widest;
		before = code;
		at = next;
	}
	*width = widest > 2 ? 2 : widest;
	return at;
}

size_t width_back(struct span s, size_t end)
{
	if (!end)
		return 0;
	if (is_ascii_at(s, end - 1) && (end < 2 || is_ascii_at(s, end - 2)))
		return 1;
	// Clusters can only be told from a place that surely starts one: an ASCII byte.
	size_t from = end - 1;
	while (from > 0 && end - from < BACK_MAX && !is_ascii_at(s, from))
		from--;
	while (from < end && ((unsigned char)s.at[from] & 0xc0) == 0x80)
		from++;
	size_t len = end - from;
	while (from < end) {
		int width;
		len = width_next(span_from(s.at + from, end - from), &width);
		from += len;
	}
	return len;
}

int width_of(struct span s)
{
	int sum = 0, width;
	for (size_t at = 0; at < s.len; sum += width)
		at += width_next(span_after(s, at), &width);
	return sum;
}

struct span width_cut(struct span s, int max, int *width)
{
	size_t at = 0;
	int sum = 0, w;
	while (at < s.len) {
		size_t len = width_next(span_after(s, at), &w);
		if (sum + w > max)
			break;
		sum += w;
		at += len;
	}
	*width = sum;
	return span_from(s.at, at);
}
