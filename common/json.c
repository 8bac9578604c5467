// SPDX-License-Identifier: MIT
// jansson leaves DEL as it is, also with JSON_ENSURE_ASCII.
#include "common/json.h"

#include "common/utf8.h"

#include <assert.h>
#include <stdlib.h>

#define DEL 0x7f
#define DEL_TEXT "\\u007F"
#define REPLACEMENT "\xef\xbf\xbd"

static int count_bytes(const char *at, size_t len, void *arg)
{
	size_t *n = arg;

	*n += len;
	for (size_t i = 0; i < len; i++)
		*n += at[i] == DEL ? strlen(DEL_TEXT) - 1 : 0;
	return 0;
}

static int add_bytes(const char *at, size_t len, void *arg)
{
	struct span rest = span_from(at, len);

	while (rest.len) {
		size_t plain = span_find(rest, DEL);

		buf_add(arg, rest.at, plain);
		if (plain == rest.len)
			break;
		buf_add_str(arg, DEL_TEXT);
		rest = span_after(rest, plain + 1);
	}
	return 0;
}

static void add(struct buf *out, const json_t *value, size_t flags)
{
	size_t len = 1;
	int failed;

	if (!value)
		return;
	flags |= JSON_ENSURE_ASCII | JSON_ENCODE_ANY;
	failed = json_dump_callback(value, count_bytes, &len, flags);
	assert(!failed);
	(void)buf_space(out, len);
	failed = json_dump_callback(value, add_bytes, out, flags);
	assert(!failed);
	buf_add_char(out, '\n');
}

void json_add_line(struct buf *out, const json_t *value)
{
	add(out, value, JSON_COMPACT);
}

void json_add_lines(struct buf *out, const json_t *value)
{
	add(out, value, JSON_INDENT(2));
}

json_t *json_text(struct span text)
{
	struct buf mended = {0};
	json_t *value;

	if (utf8_is_valid(text))
		return json_stringn(text.at ? text.at : "", text.len);
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] < 0x80)
			buf_add_char(&mended, text.at[i]);
		else
			buf_add_str(&mended, REPLACEMENT);
	}
	value = json_stringn(mended.at, mended.len);
	buf_clear(&mended);
	return value;
}
