// SPDX-License-Identifier: MIT
#include "common/utf8.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

struct range {
	uint32_t from, to;
};

// Sorted. What cannot be seen, or changes how its neighbours are seen.
static const struct range unprintable[] = {
	{0x00, 0x08},       {0x0a, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},
	{0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
	{0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
	{0x2800, 0x2800},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},
	{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static size_t ascii_prefix(const unsigned char *at, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (i < len && at[i] < 0x80)
		i++;
	return i;
}

// Length of the sequence at `at`, or 0: RFC 3629 section 4, which bounds the second byte
// so that overlong forms, surrogates and what is past U+10FFFF fall out.
static size_t sequence_len(const unsigned char *at, size_t len)
{
	unsigned char lead = at[0], low = 0x80, high = 0xbf;
	size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (lead < 0xc2 || lead > 0xf4 || len < need)
		return 0;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	return need;
}

bool utf8_is_valid(struct span s)
{
	const unsigned char *at = (const unsigned char *)s.at;
	size_t left = s.len;

	while (left) {
		size_t step = ascii_prefix(at, left);

		if (!step)
			step = sequence_len(at, left);
		if (!step)
			return false;
		at += step;
		left -= step;
	}
	return true;
}

uint32_t utf8_next(struct span s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.at + *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	if (p[0] < 0xe0) {
		*at += 2;
		return (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
	}
	if (p[0] < 0xf0) {
		*at += 3;
		return (p[0] & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
	}
	*at += 4;
	return (p[0] & 0x07U) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 |
	       (p[3] & 0x3fU);
}

struct span utf8_cut(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	// s[max] starts the first code point left out, unless it continues one.
	while (max && ((unsigned char)s.at[max] & 0xc0) == 0x80)
		max--;
	return span_from(s.at, max);
}

size_t utf8_encode(uint32_t code, char out[static 4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

bool utf8_is_unprintable(uint32_t code)
{
	size_t low = 0, high = ARRAY_LEN(unprintable);

	if (code >= 0x20 && code < 0x7f)
		return false;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (code > unprintable[middle].to)
			low = middle + 1;
		else if (code < unprintable[middle].from)
			high = middle;
		else
			return true;
	}
	// U+nFFFE and U+nFFFF are no characters on any plane.
	return (code & 0xfffe) == 0xfffe;
}
