// SPDX-License-Identifier: MIT
#include "client/verbs/print.h"

#include "client/text/filter.h"

#include <stdarg.h>

void print_words(FILE *to, const char *format, ...)
{
	struct buf text = {0}, out = {0};
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	filter_add(&out, buf_span(&text));
	buf_add_char(&out, '\n');
	fwrite(out.at, 1, out.len, to);
	buf_clear(&out);
	buf_clear(&text);
}

void print_json(const json_t *value)
{
	struct buf out = {0};

	json_add_line(&out, value);
	fwrite(out.at, 1, out.len, stdout);
	fflush(stdout);
	buf_clear(&out);
}
