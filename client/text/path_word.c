// SPDX-License-Identifier: MIT
#include "client/text/path_word.h"

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "%20" of file://; a '%' that stands for nothing stays.
static void add_decoded(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = i + 2 < text.len ? digit_of(text.at[i + 1]) : -1;
		int low = i + 2 < text.len ? digit_of(text.at[i + 2]) : -1;
		bool is_code = text.at[i] == '%' && high >= 0 && low >= 0 && high + low > 0;
		buf_add_char(out, is_code ? (char)(high * 16 + low) : text.at[i]);
		i += is_code ? 2 : 0;
	}
}

static bool add_word(struct span *rest, struct buf *word)
{
	char quote = '\0';
	size_t i = 0;

	for (; i < rest->len; i++) {
		char c = rest->at[i];
		bool is_end = !quote && (c == ' ' || c == '\n');
		if (is_end)
			break;
		if (c == '\\' && quote != '\'' && i + 1 < rest->len)
			buf_add_char(word, rest->at[++i]);
		else if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? '\0' : c;
		else
			buf_add_char(word, c);
	}
	*rest = span_trim(span_after(*rest, i));
	return !quote;
}

bool path_word(struct span *rest, struct buf *path)
{
	struct buf word = {0};
	bool is_whole = add_word(rest, &word) && word.len;
	struct span text = buf_span(&word);

	if (is_whole && span_starts(text, SPAN("file:///")))
		add_decoded(path, span_after(text, strlen("file://")));
	else if (is_whole)
		buf_add_span(path, text);
	buf_clear(&word);
	return is_whole;
}
