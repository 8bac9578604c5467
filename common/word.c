// SPDX-License-Identifier: MIT
#include "common/word.h"
#include "common/url.h"
#include "common/utf8.h"

#include <utf8proc.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

// Letters, marks and digits; '_' and '-' stand inside of names.
static bool is_part(uint32_t code)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO) || code == '_' ||
	       code == '-';
}

static bool is_ascii(uint32_t code)
{
	return code < 0x80;
}

// Chinese, Japanese and Korean write what they say of somebody right behind the name.
static bool joins(uint32_t beside, uint32_t edge)
{
	if (!is_part(beside) || !is_part(edge))
		return false;
	return !(is_ascii(edge) && utf8proc_charwidth((utf8proc_int32_t)beside) == 2);
}

static uint32_t code_before(struct span text, size_t end)
{
	size_t at = end - 1;
	while (at > 0 && ((unsigned char)text.at[at] & 0xc0) == 0x80)
		at--;
	return utf8_next(text, &at);
}

// Where the word ends that starts at `from`, or 0.
static size_t match(struct span text, size_t from, struct span word)
{
	size_t at = from, in_word = 0;
	while (in_word < word.len) {
		if (at >= text.len)
			return 0;
		utf8proc_int32_t a = (utf8proc_int32_t)utf8_next(text, &at);
		utf8proc_int32_t b = (utf8proc_int32_t)utf8_next(word, &in_word);
		if (utf8proc_tolower(a) != utf8proc_tolower(b))
			return 0;
	}
	return at;
}

static bool stands_alone(struct span text, size_t from, size_t end)
{
	size_t first = from, behind = end;
	if (from && joins(code_before(text, from), utf8_next(text, &first)))
		return false;
	return end == text.len || !joins(utf8_next(text, &behind), code_before(text, end));
}

static bool is_in_url(struct span text, size_t from)
{
	struct span url;
	size_t at = 0;
	while (url_next(text, &at, &url)) {
		size_t start = (size_t)(url.at - text.at);
		if (from >= start && from < start + url.len)
			return true;
	}
	return false;
}

static bool is_part_at(struct span text, size_t i)
{
	return i < text.len &&
	       ((unsigned char)text.at[i] >= 0x80 || is_part((unsigned char)text.at[i]));
}

// "bob@example.org"; not "@bob".
static bool is_address(struct span token)
{
	for (size_t i = 1; i + 1 < token.len; i++) {
		if (token.at[i] == '@' && is_part_at(token, i - 1) && is_part_at(token, i + 1))
			return true;
	}
	return false;
}

// "example.org/bob", "www.example.org": a dot inside before the first slash.
static bool is_bare_link(struct span token)
{
	if (span_starts_fold(token, SPAN("www.")))
		return true;
	for (size_t i = 1; i + 1 < token.len && token.at[i] != '/'; i++) {
		if (token.at[i] == '.' && is_part_at(token, i - 1) && is_part_at(token, i + 1))
			return memchr(token.at + i, '/', token.len - i) != NULL;
	}
	return false;
}

static bool is_in_link(struct span text, size_t from, size_t end)
{
	while (from > 0 && !is_blank(text.at[from - 1]))
		from--;
	while (end < text.len && !is_blank(text.at[end]))
		end++;
	struct span token = span_from(text.at + from, end - from);
	return is_address(token) || is_bare_link(token);
}

bool word_begins(struct span text, struct span part)
{
	return utf8_is_valid(text) && utf8_is_valid(part) &&
	       (!part.len || match(text, 0, part));
}

bool word_stands_in(struct span text, struct span word)
{
	if (!word.len || !utf8_is_valid(text) || !utf8_is_valid(word))
		return false;
	for (size_t at = 0; at < text.len; at++) {
		if (((unsigned char)text.at[at] & 0xc0) == 0x80)
			continue;
		size_t end = match(text, at, word);
		if (end && stands_alone(text, at, end) && !is_in_url(text, at) &&
		    !is_in_link(text, at, end))
			return true;
	}
	return false;
}
