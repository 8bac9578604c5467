// SPDX-License-Identifier: MIT
#include "common/url.h"

static size_t scheme_length(struct span text)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:", "snug://"};
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (span_starts_fold(text, span_of(schemes[i])))
			return strlen(schemes[i]);
	}
	return 0;
}

static bool is_word_byte(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9');
}

static size_t count_of(struct span text, char c)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == c;
	return count;
}

// The sentence's own marks at the end are not the link's; a bracket is when it was opened.
static size_t trim_end(struct span url)
{
	while (url.len) {
		char last = url.at[url.len - 1];
		bool is_closing = last == ')' && count_of(url, '(') < count_of(url, ')');
		if (!is_closing && !strchr(".,;:!?'\"]}>", last))
			break;
		url.len--;
	}
	return url.len;
}

bool url_next(struct span text, size_t *from, struct span *url)
{
	for (size_t i = *from; i < text.len; i++) {
		struct span rest = span_after(text, i);
		size_t scheme = scheme_length(rest);
		if (!scheme || (i > 0 && is_word_byte(text.at[i - 1])))
			continue;
		size_t len = scheme;
		while (len < rest.len && (unsigned char)rest.at[len] > ' ' &&
		       !strchr("<>\"`", rest.at[len]))
			len++;
		len = trim_end(span_from(rest.at, len));
		if (len <= scheme)
			continue;
		*url = span_from(rest.at, len);
		*from = i + len;
		return true;
	}
	*from = text.len;
	return false;
}
