// SPDX-License-Identifier: MIT
#include "server/store/error.h"

#include "common/buf.h"
#include "common/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void add_printable(struct buf *out, const char *text)
{
	bool is_text = utf8_is_valid(span_of(text));

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		buf_add_char(out, byte < ' ' || byte == 0x7f || (byte > 0x7f && !is_text)
					  ? '?'
					  : *text);
	}
}

void error_words(char **error, const char *format, ...)
{
	struct buf words = {0};
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	add_printable(&words, text);
	free(text);
	free(*error);
	*error = buf_take(&words);
}
