// SPDX-License-Identifier: MIT
#include "server/hub/files/disposition.h"

#include "server/letters/file_name.h"
#include "server/letters/limits.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// RFC 8187, and blanks as '+', as some clients write them.
static void add_coded(struct span value, struct buf *out)
{
	size_t quote = span_find(value, '\'');

	value = span_after(value, quote + 1);
	value = span_after(value, span_find(value, '\'') + 1);
	for (size_t i = 0; i < value.len; i++) {
		int high = i + 2 < value.len ? hex(value.at[i + 1]) : -1;
		int low = high >= 0 ? hex(value.at[i + 2]) : -1;

		if (value.at[i] == '%' && low >= 0) {
			buf_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_add_char(out, value.at[i] == '+' ? ' ' : value.at[i]);
		}
	}
}

// The value of one parameter, with what stands behind it left in *rest.
static void take_value(struct span *rest, bool is_coded, struct buf *out)
{
	if (!span_starts(*rest, SPAN("\""))) {
		struct span value = span_trim(span_cut(rest, ';'));

		if (is_coded)
			add_coded(value, out);
		else
			buf_add_span(out, value);
		return;
	}
	*rest = span_after(*rest, 1);
	while (rest->len && rest->at[0] != '"') {
		if (rest->at[0] == '\\' && rest->len > 1)
			*rest = span_after(*rest, 1);
		buf_add_char(out, rest->at[0]);
		*rest = span_after(*rest, 1);
	}
	*rest = span_after(*rest, span_find(*rest, ';') + 1);
}

// `filename*` says it better than `filename`, wherever it stands.
static void find_name(struct span rest, struct buf *out)
{
	bool is_found = false;

	span_cut(&rest, ';');
	while (rest.len) {
		struct span key = span_trim(span_cut(&rest, '='));
		bool is_coded = span_eq_fold(key, SPAN("filename*"));
		struct buf value = {0};

		while (rest.len && rest.at[0] == ' ')
			rest = span_after(rest, 1);
		take_value(&rest, is_coded, &value);
		if (is_coded || (span_eq_fold(key, SPAN("filename")) && !is_found)) {
			buf_reset(out);
			buf_add_span(out, buf_span(&value));
			is_found = is_found || is_coded;
		}
		buf_clear(&value);
	}
}

// Of a path only its last part is a name.
static struct span last_part(struct span name)
{
	for (size_t i = name.len; i > 0; i--) {
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
			return span_after(name, i);
	}
	return name;
}

void disposition_name(struct span disposition, struct buf *out)
{
	struct buf said = {0};

	find_name(disposition, &said);
	file_name_clean(last_part(buf_span(&said)), out);
	buf_clear(&said);
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$&-^_.+", c) != NULL);
}

void media_type(struct span said, struct buf *out)
{
	struct span type = span_trim(span_cut(&said, ';'));
	size_t from = out->len, slashes = 0;

	for (size_t i = 0; i < type.len; i++) {
		char c = type.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		slashes += c == '/';
		if ((c != '/' && !is_token_char(c)) || i >= FILE_TYPE_MAX) {
			slashes = 0;
			break;
		}
		buf_add_char(out, c);
	}
	if (slashes != 1)
		out->len = from;
}
