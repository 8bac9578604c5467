// SPDX-License-Identifier: MIT
#include "client/ui/color.h"

enum color_depth color_depth(const char *term, const char *colorterm)
{
	// Those that are known to have 16 at most; what is new has more.
	static const char *const few[] = {"linux", "xterm",  "screen", "tmux", "ansi",
					  "rxvt",  "cygwin", "vt100",  "vt220"};
	struct span kind = span_of(term ? term : ""),
		    more = span_of(colorterm ? colorterm : "");
	if (span_eq(more, SPAN("truecolor")) || span_eq(more, SPAN("24bit")) ||
	    (kind.len > 7 && span_eq(span_after(kind, kind.len - 7), SPAN("-direct"))))
		return DEPTH_TRUE;
	if (more.len)
		return DEPTH_256;
	for (size_t i = 0; i < ARRAY_LEN(few); i++) {
		if (span_eq(kind, span_of(few[i])))
			return DEPTH_16;
	}
	return kind.len ? DEPTH_256 : DEPTH_16;
}

struct rgb color_of_palette(int number)
{
	static const uint8_t steps[] = {0, 95, 135, 175, 215, 255};
	static const struct rgb first[] = {
		{0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
		{0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
		{127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
		{92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
	};
	if (number < 16)
		return first[number];
	if (number >= 232) {
		uint8_t grey = (uint8_t)(8 + (number - 232) * 10);
		return (struct rgb){grey, grey, grey};
	}
	number -= 16;
	return (struct rgb){steps[number / 36], steps[number / 6 % 6], steps[number % 6]};
}

static int distance(struct rgb a, struct rgb b)
{
	int r = a.r - b.r, g = a.g - b.g, blue = a.b - b.b;
	return 2 * r * r + 4 * g * g + 3 * blue * blue;
}

int color_nearest(struct rgb color, enum color_depth depth)
{
	int from = depth == DEPTH_16 ? 0 : 16, to = depth == DEPTH_16 ? 16 : 256;
	int best = from;
	for (int i = from; i < to; i++) {
		if (distance(color_of_palette(i), color) <
		    distance(color_of_palette(best), color))
			best = i;
	}
	return best;
}

// sRGB's curve by a polynomial, good to 0.003: no need of libm.
static double linear(uint8_t channel)
{
	double x = channel / 255.0;
	return x * (0.012522878 + x * (0.682171111 + x * 0.305306011));
}

static double luminance(struct rgb c)
{
	return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double color_contrast(struct rgb a, struct rgb b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
	return (x > y ? x / y : y / x) * 0.99;
}

bool color_is_light(struct rgb color)
{
	// Where black on it is read as well as white.
	return luminance(color) > 0.18;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One to four digits, as a part of 255.
static bool parse_channel(struct span digits, uint8_t *channel)
{
	int value = 0, most = 0;
	if (!digits.len || digits.len > 4)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = hex_digit(digits.at[i]);
		if (digit < 0)
			return false;
		value = value * 16 + digit;
		most = most * 16 + 15;
	}
	*channel = (uint8_t)(value * 255 / most);
	return true;
}

bool color_parse(struct span text, struct rgb *color)
{
	if (text.len == 7 && text.at[0] == '#')
		return parse_channel(span_from(text.at + 1, 2), &color->r) &&
		       parse_channel(span_from(text.at + 3, 2), &color->g) &&
		       parse_channel(span_from(text.at + 5, 2), &color->b);
	if (!span_starts(text, SPAN("rgb:")))
		return false;
	text = span_after(text, 4);
	return parse_channel(span_cut(&text, '/'), &color->r) &&
	       parse_channel(span_cut(&text, '/'), &color->g) && parse_channel(text, &color->b);
}
