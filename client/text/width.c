// SPDX-License-Identifier: MIT
#include "client/text/width.h"
#include "common/utf8.h"

#include <utf8proc.h>

#define JOINER 0x200d
#define BACK_MAX 256 // bytes that are looked at to find where a cluster began

static bool is_ascii_at(struct span s, size_t i)
{
	return i >= s.len || (unsigned char)s.at[i] < 0x80;
}

static bool is_regional(uint32_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

// Vowels and finals of Hangul have no cell behind what they complete.
static bool is_jamo(uint32_t code)
{
	return (code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff);
}

static bool is_spacing_mark(uint32_t code)
{
	return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_MC;
}

// Signs that stand before a number, U+0600 and the like: formats, but they are seen.
static bool is_before_number(uint32_t code)
{
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)code);
	return p->category == UTF8PROC_CATEGORY_CF &&
	       p->boundclass == UTF8PROC_BOUNDCLASS_PREPEND;
}

static int code_width(uint32_t code)
{
	utf8proc_int32_t c = (utf8proc_int32_t)code;
	if (code >= 0x1f300 && code <= 0x1faff && utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
		return 2;
	if (code >= 0x300 && (is_spacing_mark(code) || is_before_number(code)))
		return 1;
	return utf8proc_charwidth(c);
}

bool width_is_mark(uint32_t code)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
	       category == UTF8PROC_CATEGORY_MC;
}

// What is in a cluster, as far as its width goes.
struct members {
	uint32_t first, before;
	int sum;   // of all
	int alone; // of what stands neither behind a joiner nor is a tone
	bool is_joined, has_tone, has_vs16, is_flag;
};

// Thai and Lao have vowels that are letters, and stand behind another one.
static bool has_no_cell(const struct widths *by, uint32_t code)
{
	if (code == 0xe33 || code == 0xeb3)
		return by->joins_vowels;
	return is_jamo(code) || (by->joins_marks && is_spacing_mark(code));
}

static void add_member(const struct widths *by, struct members *m, uint32_t code)
{
	int width = has_no_cell(by, code) ? 0 : code_width(code);
	bool is_tone = code >= 0x1f3fb && code <= 0x1f3ff;
	m->sum += width;
	if (m->before != JOINER && !is_tone)
		m->alone += width;
	m->is_joined = m->is_joined || code == JOINER;
	m->has_tone = m->has_tone || is_tone;
	m->has_vs16 = m->has_vs16 || code == 0xfe0f;
	m->is_flag = m->is_flag || (is_regional(m->first) && is_regional(code));
	m->before = code;
}

static int width_by(const struct widths *by, const struct members *m)
{
	bool widens = m->has_vs16 && !by->ignores_vs16;
	if (m->is_flag)
		return by->flag ? by->flag : 2;
	if ((m->is_joined && by->sums_joined) || (m->has_tone && by->sums_tones))
		return m->sum + (widens && m->sum % 2 ? 1 : 0);
	return widens ? 2 : m->alone;
}

static bool is_end(const struct widths *by, uint32_t before, uint32_t code,
		   utf8proc_int32_t *state)
{
	bool breaks = utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
						       (utf8proc_int32_t)code, state);
	return breaks && !(by->joins_letters && before == JOINER && code >= 0x80);
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
	if (!by)
		by = &clusters;
	size_t at = 0;
	uint32_t first = utf8_next(s, &at);
	struct members m = {.first = first,
			    .before = first,
			    .sum = code_width(first),
			    .alone = code_width(first)};
	utf8proc_int32_t state = 0;
	while (at < s.len) {
		size_t next = at;
		uint32_t code = utf8_next(s, &next);
		if (next > CLUSTER_MAX || code == '\n' || is_end(by, m.before, code, &state))
			break;
		add_member(by, &m, code);
		at = next;
	}
	*width = width_by(by, &m);
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
