// SPDX-License-Identifier: MIT
#include "common/disposition.h"

#include "common/utf8.h"

#include <string.h>

// For whoever reads no other form.
static void add_ascii(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		bool is_plain =
			name.at[i] >= ' ' && name.at[i] < 0x7f && !strchr("\"\\%", name.at[i]);

		buf_add_char(out, is_plain ? name.at[i] : '_');
	}
}

// What is no letter, digit or plain mark is spelled by its bytes (RFC 8187).
static void add_spelled(struct buf *out, struct span name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";

	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] && strchr(plain, name.at[i]))
			buf_add_char(out, name.at[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)name.at[i]);
	}
}

void disposition_add(struct buf *out, bool is_inline, struct span name)
{
	buf_printf(out, "%s; filename=\"", is_inline ? "inline" : "attachment");
	add_ascii(out, name);
	buf_add_char(out, '"');
	if (!utf8_is_valid(name))
		return;
	buf_add_str(out, "; filename*=UTF-8''");
	add_spelled(out, name);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// False: it is of another set of characters.
static bool add_coded(struct span value, bool plus_is_blank, struct buf *out)
{
	if (!span_eq_fold(span_cut(&value, '\''), SPAN("UTF-8")))
		return false;
	span_cut(&value, '\'');
	for (size_t i = 0; i < value.len; i++) {
		int high = i + 2 < value.len ? hex(value.at[i + 1]) : -1;
		int low = high >= 0 ? hex(value.at[i + 2]) : -1;

		if (value.at[i] == '%' && low >= 0) {
			buf_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_add_char(out,
				     plus_is_blank && value.at[i] == '+' ? ' ' : value.at[i]);
		}
	}
	return true;
}

// The value of one parameter without its quotes, with what stands behind it left in *rest.
static void take_value(struct span *rest, struct buf *out)
{
	*rest = span_trim(*rest);
	if (!span_starts(*rest, SPAN("\""))) {
		buf_add_span(out, span_trim(span_cut(rest, ';')));
		return;
	}
	*rest = span_after(*rest, 1);
	while (rest->len && rest->at[0] != '"') {
		if (rest->at[0] == '\\' && rest->len > 1)
			*rest = span_after(*rest, 1);
		buf_add_char(out, rest->at[0]);
		*rest = span_after(*rest, 1);
	}
	span_cut(rest, ';');
}

void disposition_read(struct span value, bool plus_is_blank, struct buf *out)
{
	struct buf plain = {0}, one = {0};
	bool is_found = false;

	span_cut(&value, ';');
	while (value.len && !is_found) {
		struct span key = span_trim(span_cut(&value, '='));

		buf_reset(&one);
		take_value(&value, &one);
		if (span_eq_fold(key, SPAN("filename*"))) {
			is_found = add_coded(buf_span(&one), plus_is_blank, out);
		} else if (span_eq_fold(key, SPAN("filename"))) {
			buf_reset(&plain);
			buf_add_span(&plain, buf_span(&one));
		}
	}
	if (!is_found)
		buf_add_span(out, buf_span(&plain));
	buf_clear(&plain);
	buf_clear(&one);
}
