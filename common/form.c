// SPDX-License-Identifier: MIT
#include "common/form.h"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void form_escape(struct buf *out, struct span text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (is_plain(text.at[i])) {
			buf_add_char(out, text.at[i]);
			continue;
		}
		buf_add_char(out, '%');
		buf_add_char(out, digits[c >> 4]);
		buf_add_char(out, digits[c & 15]);
	}
}

void form_add(struct buf *out, const char *name, struct span value)
{
	if (!value.at)
		return;
	if (out->len)
		buf_add_char(out, '&');
	buf_add_str(out, name);
	buf_add_char(out, '=');
	form_escape(out, value);
}
