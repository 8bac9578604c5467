// SPDX-License-Identifier: MIT
#include "server/hub/files/upload_fields.h"

#include "common/disposition.h"
#include "server/letters/file_name.h"
#include "server/letters/limits.h"

// Of a path only its last part is a name.
static struct span last_part(struct span name)
{
	for (size_t i = name.len; i > 0; i--) {
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
			return span_after(name, i);
	}
	return name;
}

void upload_name(struct span disposition, struct buf *out)
{
	struct buf said = {0};

	disposition_read(disposition, true, &said);
	file_name_clean(last_part(buf_span(&said)), out);
	buf_clear(&said);
}

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$&-^_.+", c) != NULL);
}

void upload_type(struct span said, struct buf *out)
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
