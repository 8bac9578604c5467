// SPDX-License-Identifier: MIT
#include "client/ui/pixels.h"

#define SIDE_MAX 4096   // pixels; of a sixel's repetition, too
#define CHUNK_MAX 4096  // bytes of base64 in one sequence, as the protocol has it
#define NUMBER_DIGITS 5 // inside: of any number

static const char other[] = "what draws it asks the terminal for other things than a picture";
static const char large[] = "what draws it draws more than was asked for";
static const char cut[] = "what draws it ends in the middle";

// The digits at the beginning of *s, taken off. False: there are none, or too many.
static bool take_number(struct span *s, unsigned *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < s->len && s->at[n] >= '0' && s->at[n] <= '9'; n++) {
		if (n == NUMBER_DIGITS)
			return false;
		*value = *value * 10 + (unsigned)(s->at[n] - '0');
	}
	*s = span_after(*s, n);
	return n > 0;
}

static bool take_literal(struct span *s, struct span what)
{
	bool is_there = span_starts(*s, what);

	if (is_there)
		*s = span_after(*s, what.len);
	return is_there;
}

// Kitty: "\x1b_Ga=T,f=32,s=W,v=H,c=C,r=R,m=1\x1b\\", then "\x1b_Gm=1;BASE64\x1b\\" until m=0.
// How many cells it covers is left out: it is as large as it is.

struct kitty {
	unsigned format, width, height;
	bool has_more, is_begun;
};

static bool take_key(struct kitty *k, char key, struct span value)
{
	unsigned number;

	if (key == 'a')
		return !k->is_begun && span_eq(value, SPAN("T"));
	if (!take_number(&value, &number) || value.len)
		return false;
	if (key == 'm') {
		k->has_more = number == 1;
		return number <= 1;
	}
	if (k->is_begun)
		return false;
	switch (key) {
	case 'f':
		k->format = number;
		return number == 24 || number == 32;
	case 's':
		k->width = number;
		return number > 0;
	case 'v':
		k->height = number;
		return number > 0;
	case 'c':
	case 'r':
		return true;
	default:
		return false;
	}
}

static bool take_keys(struct kitty *k, struct span keys)
{
	k->has_more = false;
	while (keys.len) {
		struct span value = span_cut(&keys, ','), key = span_cut(&value, '=');
		if (key.len != 1 || !take_key(k, key.at[0], value))
			return false;
	}
	return true;
}

static bool is_base64(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '+' && c != '/' && c != '=')
			return false;
	}
	return s.len <= CHUNK_MAX;
}

// q=2: it answers nothing.
static void put_kitty(struct kitty *k, struct buf *out, struct span data)
{
	if (k->is_begun)
		buf_printf(out, "\x1b_Gm=%d", k->has_more);
	else
		buf_printf(out, "\x1b_Ga=T,t=d,q=2,f=%u,s=%u,v=%u,m=%d", k->format, k->width,
			   k->height, k->has_more);
	if (data.len)
		buf_printf(out, ";" SPAN_FMT, SPAN_ARG(data));
	buf_add_str(out, "\x1b\\");
	k->is_begun = true;
}

static const char *take_sequence(struct kitty *k, struct span *rest, struct buf *out)
{
	if (!take_literal(rest, SPAN("\x1b_G")))
		return other;
	size_t len = span_find(*rest, '\x1b');
	struct span data = span_from(rest->at, len), keys = span_cut(&data, ';');
	*rest = span_after(*rest, len);
	if (!take_literal(rest, SPAN("\x1b\\")))
		return rest->len ? other : cut;
	if (!take_keys(k, keys) || !is_base64(data))
		return other;
	if (!k->is_begun && (!k->format || !k->width || !k->height))
		return other;
	if (k->width > SIDE_MAX || k->height > SIDE_MAX)
		return large;
	put_kitty(k, out, data);
	return NULL;
}

static const char *read_kitty(struct span rest, struct buf *out)
{
	struct kitty k = {0};
	const char *why = NULL;

	while (rest.len && !why && (!k.is_begun || k.has_more))
		why = take_sequence(&k, &rest, out);
	if (!why && (!k.is_begun || k.has_more))
		why = cut;
	while (take_literal(&rest, SPAN("\n")))
		;
	return !why && rest.len ? other : why;
}

const char *pixels_kitty(struct span bytes, struct buf *out)
{
	const char *why = read_kitty(bytes, out);

	if (why)
		buf_reset(out);
	return why;
}

// Sixels: "\x1bPn;n;nq", then colours "#n;n;n;n;n", sizes "\"n;n;n;n", repetitions "!n",
// pixels '?' to '~', "$" and "-"; "\x1b\\" ends it.

struct sixel {
	struct span rest;
	unsigned x, row; // pixels; rows of six
};

static const char *take_numbers(struct sixel *s, unsigned *last)
{
	do {
		if (!take_number(&s->rest, last))
			return other;
		if (*last > SIDE_MAX)
			return large;
	} while (take_literal(&s->rest, SPAN(";")));
	return NULL;
}

static bool is_pixels(char c)
{
	return c >= '?' && c <= '~';
}

static const char *take_sixel(struct sixel *s)
{
	char c = s->rest.at[0];
	unsigned last = 0;
	const char *why = NULL;

	s->rest = span_after(s->rest, 1);
	if (c == '#' || c == '!' || c == '"')
		why = take_numbers(s, &last);
	else if (!is_pixels(c) && !strchr("$-\r\n", c))
		why = other;
	s->x += c == '!' ? last : is_pixels(c);
	s->row += c == '-';
	if (c == '$' || c == '-')
		s->x = 0;
	if (!why && (s->x > SIDE_MAX || s->row > SIDE_MAX / 6))
		why = large;
	return why;
}

static const char *read_sixel(struct sixel *s)
{
	const char *why = NULL;
	unsigned last;

	if (!take_literal(&s->rest, SPAN("\x1bP")))
		return other;
	if (!span_starts(s->rest, SPAN("q")))
		why = take_numbers(s, &last);
	if (!why && !take_literal(&s->rest, SPAN("q")))
		return other;
	while (!why && s->rest.len && s->rest.at[0] != '\x1b')
		why = s->rest.at[0] ? take_sixel(s) : other;
	if (!why && !s->rest.len)
		why = cut;
	if (!why && !take_literal(&s->rest, SPAN("\x1b\\")))
		why = other;
	return why;
}

const char *pixels_sixel(struct span bytes, struct buf *out)
{
	struct sixel s = {.rest = bytes};
	const char *why = read_sixel(&s);
	size_t len = bytes.len - s.rest.len;

	while (take_literal(&s.rest, SPAN("\n")))
		;
	if (!why && s.rest.len)
		why = other;
	if (!why)
		buf_add(out, bytes.at, len);
	return why;
}
