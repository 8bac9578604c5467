// SPDX-License-Identifier: MIT
#include "client/text/width.h"
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
	if (code >= 0x1f300 && code <= 0x1faff && utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
		return 2;
	return utf8proc_charwidth(c);
}

// What is in a cluster, as far as its width goes.
struct members {
	uint32_t first;
	int widest, sum;
	bool is_joined, has_tone, has_vs16, is_flag;
};

static void add_member(struct members *m, uint32_t code)
{
	int width = code_width(code);
	m->sum += width;
	m->widest = width > m->widest ? width : m->widest;
	m->is_joined = m->is_joined || code == 0x200d;
	m->has_tone = m->has_tone || (code >= 0x1f3fb && code <= 0x1f3ff);
	m->has_vs16 = m->has_vs16 || code == 0xfe0f;
	m->is_flag = m->is_flag || (is_regional(m->first) && is_regional(code));
}

static int width_by(const struct widths *by, const struct members *m)
{
	bool widens = m->has_vs16 && !by->ignores_vs16;
	if (m->is_flag)
		return by->flag ? by->flag : 2;
	if ((m->is_joined && by->sums_joined) || (m->has_tone && by->sums_tones))
		return m->sum + (widens && m->sum % 2 ? 1 : 0);
	return widens || m->widest > 2 ? 2 : m->widest;
}

size_t width_next(const struct widths *by, struct span s, int *width)
{
	static const struct widths clusters;
	*width = 0;
	if (!s.len)
		return 0;
	if (is_ascii_at(s, 0) && is_ascii_at(s, 1)) {
		*width = 1;
		return 1;
	}
	size_t at = 0;
	uint32_t before = utf8_next(s, &at);
	struct members m = {
		.first = before, .sum = code_width(before), .widest = code_width(before)};
	utf8proc_int32_t state = 0;
	while (at < s.len) {
		size_t next = at;
		uint32_t code = utf8_next(s, &next);
		if (next > CLUSTER_MAX || code == '\n')
			break;
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
						     (utf8proc_int32_t)code, &state))
			break;
		add_member(&m, code);
		before = code;
		at = next;
	}
	*width = width_by(by ? by : &clusters, &m);
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
		len = width_next(NULL, span_from(s.at + from, end - from), &width);
		from += len;
	}
	return len;
}

int width_of(const struct widths *by, struct span s)
{
	int sum = 0, width;
	for (size_t at = 0; at < s.len; sum += width)
		at += width_next(by, span_after(s, at), &width);
	return sum;
}

struct span width_cut(const struct widths *by, struct span s, int max, int *width)
{
	size_t at = 0;
	int sum = 0, w;
	while (at < s.len) {
		size_t len = width_next(by, span_after(s, at), &w);
		if (sum + w > max)
			break;
		sum += w;
		at += len;
	}
	*width = sum;
	return span_from(s.at, at);
}
