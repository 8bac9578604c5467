// SPDX-License-Identifier: MIT
#include "client/files/disposition.h"

#include "common/utf8.h"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

void disposition_add(struct buf *out, struct span name)
{
	buf_add_str(out, "attachment; filename=\"");
	for (size_t i = 0; i < name.len; i++)
		buf_add_char(out, is_plain(name.at[i]) ? name.at[i] : '_');
	buf_add_char(out, '"');
	if (!utf8_is_valid(name))
		return;
	buf_add_str(out, "; filename*=UTF-8''");
	for (size_t i = 0; i < name.len; i++) {
		if (is_plain(name.at[i]))
			buf_add_char(out, name.at[i]);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)name.at[i]);
	}
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_decoded(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool is_code = text.at[i] == '%' && i + 2 < text.len;
		int high = is_code ? digit_of(text.at[i + 1]) : -1;
		int low = is_code ? digit_of(text.at[i + 2]) : -1;
		if (high < 0 || low < 0) {
			buf_add_char(out, text.at[i]);
			continue;
		}
		buf_add_char(out, (char)(high * 16 + low));
		i += 2;
	}
}

// The next parameter, quotes taken off; a ';' in quotes is part of it.
static bool next_parameter(struct span *rest, struct span *key, struct span *value)
{
	size_t len = 0;
	bool is_quoted = false;

	for (; len < rest->len && (is_quoted || rest->at[len] != ';'); len++)
		is_quoted ^= rest->at[len] == '"';
	*value = span_from(rest->at, len);
	*rest = span_after(*rest, len + 1);
	*key = span_trim(span_cut(value, '='));
	*value = span_trim(*value);
	if (value->len > 1 && value->at[0] == '"' && value->at[value->len - 1] == '"')
		*value = span_from(value->at + 1, value->len - 2);
	return key->len || rest->len;
}

void disposition_name(struct buf *out, struct span value)
{
	struct span key, text, plain = SPAN("");

	while (value.len && next_parameter(&value, &key, &text)) {
		if (span_eq_fold(key, SPAN("filename")))
			plain = text;
		if (!span_eq_fold(key, SPAN("filename*")) ||
		    !span_starts_fold(text, SPAN("UTF-8'")))
			continue;
		text = span_after(text, strlen("UTF-8'"));
		span_cut(&text, '\'');
		add_decoded(out, text);
		return;
	}
	buf_add_span(out, plain);
}
