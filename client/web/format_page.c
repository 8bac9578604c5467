// SPDX-License-Identifier: MIT
// snprintf() and vsnprintf() as far as the core uses them: %s %.*s %c %% %d %u %lu %zu %llu
// %lld, and %X with a width of zeros. libc has files and fractions, which is 12 kB of a page.
// A format that is none of these ends the program: a test of the page says it by name.
#include "common/attr.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct output {
	char *at;
	size_t max;
	size_t len; // of all there would be
};

static void put(struct output *o, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++, o->len++) {
		if (o->len + 1 < o->max)
			o->at[o->len] = bytes[i];
	}
}

static void put_number(struct output *o, uint64_t n, unsigned base, size_t width)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789ABCDEF"[n % base];
		n /= base;
	} while (n || sizeof(digits) - at < width);
	put(o, digits + at, sizeof(digits) - at);
}

static void put_signed(struct output *o, int64_t n)
{
	if (n < 0)
		put(o, "-", 1);
	put_number(o, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, 0);
}

// What stands between the % and the letter.
struct directive {
	bool is_cut; // "*" of a precision
	int max;
	size_t width;
	bool is_long; // 64 bits: "ll"
};

static const char *read_directive(const char *format, struct directive *d, va_list *args)
{
	*d = (struct directive){0};
	for (; *format >= '0' && *format <= '9'; format++)
		d->width = d->width * 10 + (size_t)(*format - '0');
	if (strncmp(format, ".*", 2) == 0) {
		d->is_cut = true;
		d->max = va_arg(*args, int);
		format += 2;
	}
	d->is_long = strncmp(format, "ll", 2) == 0;
	// A long and a size have 32 bits, as an int has.
	while (*format == 'l' || *format == 'z')
		format++;
	assert(d->width < 20);
	return format;
}

static void put_text(struct output *o, const char *text, const struct directive *d)
{
	put(o, text, d->is_cut ? strnlen(text, (size_t)d->max) : strlen(text));
}

static void put_one(struct output *o, char letter, const struct directive *d, va_list *args)
{
	char c;

	switch (letter) {
	case 's':
		put_text(o, va_arg(*args, const char *), d);
		return;
	case 'c':
		c = (char)va_arg(*args, int);
		put(o, &c, 1);
		return;
	case 'd':
		put_signed(o, d->is_long ? va_arg(*args, int64_t) : va_arg(*args, int));
		return;
	case 'u':
	case 'X':
		put_number(o, d->is_long ? va_arg(*args, uint64_t) : va_arg(*args, unsigned),
			   letter == 'X' ? 16 : 10, d->width);
		return;
	case '%':
		put(o, "%", 1);
		return;
	default:
		assert(!"a format that client/web/format_page.c knows");
	}
}

int vsnprintf(char *out, size_t max, const char *format, va_list given)
{
	struct output o = {.at = out, .max = max};
	struct directive d;
	va_list args;

	_Static_assert(sizeof(long) == 4 && sizeof(size_t) == 4, "wasm32");
	va_copy(args, given);
	while (*format) {
		size_t plain = strcspn(format, "%");

		put(&o, format, plain);
		format += plain;
		if (!*format)
			break;
		format = read_directive(format + 1, &d, &args);
		put_one(&o, *format, &d, &args);
		format += *format != '\0';
	}
	va_end(args);
	if (max)
		out[o.len < max ? o.len : max - 1] = '\0';
	return (int)o.len;
}

int snprintf(char *out, size_t max, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(out, max, format, args);
	va_end(args);
	return len;
}
