// SPDX-License-Identifier: MIT
// common/nfc.h and what the core asks of libutf8proc, by what the browser knows of Unicode.
#include "common/nfc.h"

#include "client/web/web_private.h"
#include "common/utf8.h"

#include <utf8proc.h>

enum form { FORM_C, FORM_KD, FORM_KD_SMALL };

#define TEXT_MAX 512 // inside: no name, and nothing said about one, is longer
#define WIDEST 18    // bytes that one byte becomes, at most (U+FDFA is 33 of 3)

utf8proc_category_t utf8proc_category(utf8proc_int32_t code)
{
	return (utf8proc_category_t)page_category((uint32_t)code);
}

utf8proc_int32_t utf8proc_tolower(utf8proc_int32_t code)
{
	return (utf8proc_int32_t)page_tolower((uint32_t)code);
}

int utf8proc_charwidth(utf8proc_int32_t code)
{
	return page_is_wide((uint32_t)code) ? 2 : 1;
}

// SIZE_MAX: it is longer, or no text of a length that is looked at.
static size_t in_form(enum form form, struct span text, char *out, size_t max)
{
	size_t len;

	if (text.len > TEXT_MAX || !utf8_is_valid(text))
		return SIZE_MAX;
	len = page_normal(form, text.at, text.len, out, max);
	return len > max ? SIZE_MAX : len;
}

size_t nfc(struct span text, char *out, size_t max)
{
	size_t len = in_form(FORM_C, text, out, max);

	if (len != SIZE_MAX)
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
	char bytes[TEXT_MAX * WIDEST];
	size_t len = in_form(in_small ? FORM_KD_SMALL : FORM_KD, text, bytes, sizeof(bytes));
	size_t at = 0, n = 0;

	if (len == SIZE_MAX)
		return SIZE_MAX;
	for (; at < len && n < max; n++)
		out[n] = (int32_t)utf8_next(span_from(bytes, len), &at);
	return at < len ? SIZE_MAX : n;
}
