// SPDX-License-Identifier: MIT
#include "common/nfc.h"

#include "common/utf8.h"

#include <utf8proc.h>

#define TEXT_MAX 512 // inside: no name, and nothing said about one, is longer
#define WIDEST 4     // code points that one byte becomes in NFD, at most

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	}
	return true;
}

static size_t copy(struct span text, char *out, size_t max)
{
	if (text.len > max)
		return SIZE_MAX;
	if (text.len) // memcpy takes no NULL, not even of nothing
		memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	return text.len;
}

static utf8proc_ssize_t decompose(struct span text, int32_t *codes, size_t max, int options)
{
	if (text.len > TEXT_MAX || !utf8_is_valid(text))
		return -1;
	return utf8proc_decompose((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len,
				  codes, (utf8proc_ssize_t)max,
				  (utf8proc_option_t)(options | UTF8PROC_STABLE));
}

size_t nfc(struct span text, char *out, size_t max)
{
	int32_t codes[TEXT_MAX * WIDEST];
	utf8proc_ssize_t n;
	size_t len = 0;

	if (!text.len || is_ascii(text))
		return copy(text, out, max);
	n = decompose(text, codes, ARRAY_LEN(codes), UTF8PROC_COMPOSE);
	if (n < 0 || (size_t)n > ARRAY_LEN(codes))
		return SIZE_MAX;
	n = utf8proc_normalize_utf32(codes, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		char code[4];
		size_t width = utf8_encode((uint32_t)codes[i], code);

		if (width > max - len)
			return SIZE_MAX;
		memcpy(out + len, code, width);
		len += width;
	}
	out[len] = '\0';
	return len;
}

char *nfc_dup(struct span text)
{
	char out[TEXT_MAX + 1];
	size_t len = nfc(text, out, TEXT_MAX);

	return span_dup(len == SIZE_MAX ? text : span_from(out, len));
}

size_t nfkd(struct span text, bool in_small, int32_t *out, size_t max)
{
	const int options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
	utf8proc_ssize_t n =
		decompose(text, out, max, options | (in_small ? UTF8PROC_CASEFOLD : 0));

	return n < 0 || (size_t)n > max ? SIZE_MAX : (size_t)n;
}
